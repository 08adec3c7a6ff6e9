//! Untagged enums that contain themselves in several variants: the work grows with the length of a value, not
//! exponentially with its depth.

use fastrs::json;
use fastrs::prelude::*;
use fastrs::testing::TestClient;

use crate::support::raw_json;

#[model]
#[serde(untagged)]
enum Node {
    Left {
        child: Box<Node>,
        left: i64,
    },
    Right {
        child: Box<Node>,
        right: i64,
    },
    Many {
        children: Vec<Node>,
        many: i64,
    },
    Few {
        children: Vec<Node>,
        #[field(default)]
        few: i64,
    },
    Leaf(i64),
    Float(f64),
}

#[post("/nodes")]
async fn read_node(node: Node) -> Node {
    node
}

/// Returns a chain of nodes, each of which has the form of another variant.
fn nested(leaf: &str, depth: usize) -> String {
    let mut json = leaf.to_owned();
    for level in 0..depth {
        json = match level % 4 {
            0 => format!(r#"{{"child":{json},"right":1}}"#),
            1 => format!(r#"{{"child":{json},"left":1}}"#),
            2 => format!(r#"{{"children":[{json}],"few":1}}"#),
            _ => format!(r#"{{"children":[{json}],"many":1}}"#),
        };
    }
    json
}

#[tokio::test]
async fn deep_values_are_read_as_shallow_ones_are() {
    let client = TestClient::start(App::new("Nodes", "1").routes(routes![read_node])).await;
    for depth in [4, 12, 40] {
        let sent = nested("1.5", depth);
        let answer = raw_json(client.post("/nodes"), sent.clone()).await;
        assert_eq!(answer.text(), sent, "{depth}");
        // The leaf has to be converted.
        let answer = raw_json(client.post("/nodes"), nested(r#""7""#, depth)).await;
        assert_eq!(answer.text(), nested("7", depth), "{depth}");
    }
    let wide = vec![nested("1", 20); 500].join(",");
    let sent = format!(r#"{{"children":[{wide}],"few":1}}"#);
    let answer = raw_json(client.post("/nodes"), sent.clone()).await;
    assert_eq!(answer.text(), sent);
    client.stop().await;
}

#[tokio::test]
async fn a_deep_mistake_is_reported_at_its_location() {
    let client = TestClient::start(App::new("Nodes", "1").routes(routes![read_node])).await;
    let sent = nested(r#""x""#, 8);
    let answer = raw_json(client.post("/nodes"), sent.clone()).await;
    assert_eq!(answer.status(), 422);
    let body: fastrs::Value = answer.json();
    let errors = body["detail"].as_array().unwrap();
    let deepest = errors
        .iter()
        .map(|error| error["loc"].as_array().unwrap().len());
    assert_eq!((errors.len(), deepest.max()), (100, Some(22)));
    assert_eq!(errors[0]["loc"][1], json!("Left"));
    client.stop().await;
}
