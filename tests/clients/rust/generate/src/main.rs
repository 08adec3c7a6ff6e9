//! Reads an OpenAPI 3.0 document from a file and writes progenitor's client for it to standard output.

use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("which document?")?;
    let document = serde_json::from_str(&fs::read_to_string(path)?)?;
    let client = progenitor_impl::Generator::default().generate_tokens(&document)?;
    print!("{}", prettyplease::unparse(&syn::parse2(client)?));
    Ok(())
}
