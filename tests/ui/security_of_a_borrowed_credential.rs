use fastrs::prelude::*;
use fastrs::security::{Credential, SecurityScheme};

struct Certificate;

struct Subject(String);

impl Credential for Subject {}

impl SecurityScheme for Certificate {
    type Credential<'r> = Subject;

    fn name(&self) -> &str {
        "Certificate"
    }

    fn describe(&self) -> fastrs::Value {
        json!({"type": "mutualTLS"})
    }

    fn challenge(&self) -> String {
        "Certificate".into()
    }

    fn read(&self, _: &Request) -> Result<Option<Subject>> {
        Ok(None)
    }
}

const CERTIFICATE: Certificate = Certificate;

#[get("/subject")]
async fn subject(#[security(CERTIFICATE)] subject: &Subject) -> String {
    subject.0.clone()
}

fn main() {}
