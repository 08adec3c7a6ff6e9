//! Unpacks Swagger UI, and compresses what the program embeds of it.
//!
//! The archive comes with the crate `utoipa-swagger-ui-vendored`; nothing is downloaded.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::{Read, Write as _},
    path::Path,
};

use flate2::{Compression, read::DeflateDecoder, write::GzEncoder};

/// What is embedded, and how it is served.
const FILES: [(&str, &str); 4] = [
    ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    ("swagger-ui.css", "text/css; charset=utf-8"),
    ("favicon-32x32.png", "image/png"),
    ("oauth2-redirect.js", "text/javascript; charset=utf-8"),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_DOCS_UI").is_none() {
        return Ok(());
    }
    let out = env::var("OUT_DIR")?;
    let archive = utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
    let mut code = format!("const FILES: [File; {}] = [\n", FILES.len());
    for (name, content_type) in FILES {
        let plain = unpack(archive, &format!("/dist/{name}"))?;
        let path = Path::new(&out).join(format!("{name}.gz"));
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&plain)?;
        fs::write(&path, gzip.finish()?)?;
        writeln!(
            code,
            "    File {{ name: {name:?}, content_type: {content_type:?}, \
             gzip: include_bytes!({path:?}), fingerprint: {} }},",
            fingerprint(&plain)
        )?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&out).join("swagger_ui.rs"), code)?;
    Ok(())
}

/// The file whose path ends in `suffix`. Of the format (APPNOTE.TXT 6.3.10) this reads what the archive uses: one disk, no
/// encryption, files stored or deflated.
fn unpack(archive: &[u8], suffix: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    // 4.3.16: the end of the directory is the last record, 22 bytes and a comment.
    let end = archive
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .ok_or("the archive has no directory")?;
    let count = u16_at(archive, end + 10)?;
    let mut entry = u32_at(archive, end + 16)?;
    for _ in 0..count {
        // 4.3.12: 46 bytes, then the name, an extra field and a comment.
        if bytes_at(archive, entry, 4)? != b"PK\x01\x02" {
            return Err("the archive's directory is broken".into());
        }
        let name_length = u16_at(archive, entry + 28)?;
        let name = bytes_at(archive, entry + 46, name_length)?;
        if name.ends_with(suffix.as_bytes()) {
            return contents(archive, entry);
        }
        entry += 46 + name_length + u16_at(archive, entry + 30)? + u16_at(archive, entry + 32)?;
    }
    Err(format!("the archive has no file `{suffix}`").into())
}

/// The contents of the file that the directory's entry names.
fn contents(archive: &[u8], entry: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let method = u16_at(archive, entry + 10)?;
    let packed = u32_at(archive, entry + 20)?;
    let size = u32_at(archive, entry + 24)?;
    let header = u32_at(archive, entry + 42)?;
    // 4.3.7: 30 bytes, then a name and an extra field, whose lengths may differ from the directory's.
    let start = header + 30 + u16_at(archive, header + 26)? + u16_at(archive, header + 28)?;
    let data = bytes_at(archive, start, packed)?;
    let mut plain = Vec::with_capacity(size);
    match method {
        0 => plain.extend_from_slice(data),
        8 => {
            DeflateDecoder::new(data).read_to_end(&mut plain)?;
        }
        other => return Err(format!("the archive uses compression method {other}").into()),
    }
    if plain.len() != size {
        return Err("a file of the archive has another size than its directory says".into());
    }
    Ok(plain)
}

fn bytes_at(archive: &[u8], start: usize, length: usize) -> Result<&[u8], Box<dyn Error>> {
    Ok(archive
        .get(start..start + length)
        .ok_or("the archive ends too early")?)
}

fn u16_at(archive: &[u8], start: usize) -> Result<usize, Box<dyn Error>> {
    let bytes = bytes_at(archive, start, 2)?.try_into()?;
    Ok(u16::from_le_bytes(bytes).into())
}

fn u32_at(archive: &[u8], start: usize) -> Result<usize, Box<dyn Error>> {
    let bytes = bytes_at(archive, start, 4)?.try_into()?;
    Ok(u32::from_le_bytes(bytes).try_into()?)
}

/// FNV-1a, as in `src/openapi/asset.rs`: the entity tag of the file.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
