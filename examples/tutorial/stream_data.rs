//! FastAPI's tutorial, "Stream Data".

use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    const MESSAGE: &str = "
Rick: (stumbles in drunkenly, and turns on the lights) Morty! You gotta come on. You got--... you gotta come with me.
Morty: (rubs his eyes) What, Rick? What's going on?
Rick: I got a surprise for you, Morty.
Morty: It's the middle of the night. What are you talking about?
Rick: (spills alcohol on Morty's bed) Come on, I got a surprise for you. (drags Morty by the ankle) Come on, hurry up. (pulls Morty out of his bed and into the hall)
Morty: Ow! Ow! You're tugging me too hard!
Rick: We gotta go, gotta get outta here, come on. Got a surprise for you Morty.
";

    fn story() -> Streaming {
        Streaming::generate(|out| async move {
            for line in MESSAGE.lines() {
                out.send(line).await?;
            }
            Ok(())
        })
    }

    // All functions of a server are asynchronous, and text is bytes, so these differ only in their names.
    #[get("/story/stream")]
    async fn stream_story() -> Streaming {
        story()
    }

    #[get("/story/stream-no-async")]
    async fn stream_story_no_async() -> Streaming {
        story()
    }

    #[get("/story/stream-no-annotation")]
    async fn stream_story_no_annotation() -> Streaming {
        story()
    }

    #[get("/story/stream-no-async-no-annotation")]
    async fn stream_story_no_async_no_annotation() -> Streaming {
        story()
    }

    #[get("/story/stream-bytes")]
    async fn stream_story_bytes() -> Streaming {
        story()
    }

    #[get("/story/stream-no-async-bytes")]
    async fn stream_story_no_async_bytes() -> Streaming {
        story()
    }

    #[get("/story/stream-no-annotation-bytes")]
    async fn stream_story_no_annotation_bytes() -> Streaming {
        story()
    }

    #[get("/story/stream-no-async-no-annotation-bytes")]
    async fn stream_story_no_async_no_annotation_bytes() -> Streaming {
        story()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![
                stream_story,
                stream_story_no_async,
                stream_story_no_annotation,
                stream_story_no_async_no_annotation,
                stream_story_bytes,
                stream_story_no_async_bytes,
                stream_story_no_annotation_bytes,
                stream_story_no_async_no_annotation_bytes
            ])
    }
}

pub(crate) mod tutorial002 {
    use fastrs::MediaType;

    use super::*;

    /// An image of one pixel.
    const IMAGE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

    struct Png;

    impl MediaType for Png {
        const MEDIA_TYPE: Option<&'static str> = Some("image/png");
    }

    fn image() -> Streaming<Png> {
        Streaming::generate(|out| async move {
            for chunk in IMAGE.chunks(32) {
                out.send(chunk).await?;
            }
            Ok(())
        })
    }

    #[get("/image/stream")]
    async fn stream_image() -> Streaming<Png> {
        image()
    }

    #[get("/image/stream-no-async")]
    async fn stream_image_no_async() -> Streaming<Png> {
        image()
    }

    #[get("/image/stream-no-async-yield-from")]
    async fn stream_image_no_async_yield_from() -> Streaming<Png> {
        image()
    }

    #[get("/image/stream-no-annotation")]
    async fn stream_image_no_annotation() -> Streaming<Png> {
        image()
    }

    #[get("/image/stream-no-async-no-annotation")]
    async fn stream_image_no_async_no_annotation() -> Streaming<Png> {
        image()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![
                stream_image,
                stream_image_no_async,
                stream_image_no_async_yield_from,
                stream_image_no_annotation,
                stream_image_no_async_no_annotation
            ])
    }
}
