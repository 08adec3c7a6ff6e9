//! Extracts the files of Swagger UI that the program embeds from their archive.
//!
//! The archive comes with the crate `utoipa-swagger-ui-vendored`; nothing is downloaded. Its files are already
//! deflated, so each of them only needs the header and the trailer of a gzip file. This keeps the script fast: every
//! user's build runs it, without optimization.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

/// The embedded files, with the content types under which they are served.
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
    let mut code = format!("static FILES: [File; {}] = [\n", FILES.len());
    for (name, content_type) in FILES {
        let (gzip, check) = unpack(archive, &format!("/dist/{name}"))?;
        let path = Path::new(&out).join(format!("{name}.gz"));
        fs::write(&path, gzip)?;
        writeln!(
            code,
            "    File {{ name: {name:?}, content_type: {content_type:?}, \
             gzip: include_bytes!({path:?}), fingerprint: {check} }},",
        )?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&out).join("swagger_ui.rs"), code)?;
    Ok(())
}

/// Returns the file whose path ends in `suffix`, as gzip, and its CRC-32. It supports only the parts of the format
/// (APPNOTE.TXT 6.3.10) that the archive uses: one disk, no encryption, files stored or deflated.
fn unpack(archive: &[u8], suffix: &str) -> Result<(Vec<u8>, u32), Box<dyn Error>> {
    // 4.3.16: the directory's end is the last record: 22 bytes and a comment.
    let end = archive
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .ok_or("the archive has no directory")?;
    let count = u16_at(archive, end + 10)?;
    let mut entry = u32_at(archive, end + 16)? as usize;
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

/// Returns the file of an entry in the directory, as gzip, and its CRC-32.
fn contents(archive: &[u8], entry: usize) -> Result<(Vec<u8>, u32), Box<dyn Error>> {
    let method = u16_at(archive, entry + 10)?;
    let check = u32_at(archive, entry + 16)?;
    let packed = u32_at(archive, entry + 20)? as usize;
    let size = u32_at(archive, entry + 24)?;
    let header = u32_at(archive, entry + 42)? as usize;
    // 4.3.7: 30 bytes, then a name and an extra field, whose lengths may differ from the directory's.
    let start = header + 30 + u16_at(archive, header + 26)? + u16_at(archive, header + 28)?;
    let data = bytes_at(archive, start, packed)?;
    // RFC 1952: deflate, no flags, no time, unknown system.
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    match method {
        0 => stored(data, &mut gzip)?,
        8 => gzip.extend_from_slice(data),
        other => return Err(format!("the archive uses compression method {other}").into()),
    }
    gzip.extend_from_slice(&check.to_le_bytes());
    gzip.extend_from_slice(&size.to_le_bytes());
    Ok((gzip, check))
}

/// Writes bytes as uncompressed deflate blocks (RFC 1951, 3.2.4).
fn stored(data: &[u8], deflate: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
    for block in data.chunks(0xffff) {
        let length = u16::try_from(block.len())?;
        deflate.push(0);
        deflate.extend_from_slice(&length.to_le_bytes());
        deflate.extend_from_slice(&(!length).to_le_bytes());
        deflate.extend_from_slice(block);
    }
    // The last block is empty.
    deflate.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    Ok(())
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

fn u32_at(archive: &[u8], start: usize) -> Result<u32, Box<dyn Error>> {
    let bytes = bytes_at(archive, start, 4)?.try_into()?;
    Ok(u32::from_le_bytes(bytes))
}
