//! Content codings, and which of them a client accepts (RFC 9110, 8.4.1 and 12.5.3).

use http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Zstd,
    Brotli,
    Gzip,
}

impl Coding {
    /// All codings, the preferred one first: zstd compresses the fastest.
    pub(super) const ALL: [Self; 3] = [Self::Zstd, Self::Brotli, Self::Gzip];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// Returns the coding with this name, or with an older one.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.strip_prefix("x-").unwrap_or(name);
        let mut all = Self::ALL.into_iter();
        all.find(|coding| name.eq_ignore_ascii_case(coding.name()))
    }

    /// Returns the coding that the client prefers among these.
    pub(super) fn accepted(headers: &HeaderMap, among: &[Self]) -> Option<Self> {
        let mut best = None;
        for coding in among {
            let quality = quality_of(headers, coding.name());
            if quality > best.map_or(0, |(_, quality)| quality) {
                best = Some((*coding, quality));
            }
        }
        best.map(|(coding, _)| coding)
    }
}

/// Returns how much a client wants a coding, in thousandths.
fn quality_of(headers: &HeaderMap, coding: &str) -> u16 {
    let mut of_any = 0;
    for value in headers.get_all(ACCEPT_ENCODING) {
        for item in value.to_str().unwrap_or_default().split(',') {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let quality = quality(parameters);
            match name.trim() {
                "*" => of_any = quality,
                name if name.eq_ignore_ascii_case(coding) => return quality,
                _ => {}
            }
        }
    }
    of_any
}

/// Reads `q=0.5`. A value that is not a number means that the coding is not wanted.
fn quality(parameters: &str) -> u16 {
    let parameters = parameters.trim();
    let Some(number) = parameters.strip_prefix(['q', 'Q']) else {
        return 1000;
    };
    let number = number.trim_start().strip_prefix('=').unwrap_or_default();
    let number = number.trim().parse::<f32>().unwrap_or_default();
    (number.clamp(0.0, 1.0) * 1000.0) as u16
}

impl From<Coding> for HeaderValue {
    fn from(coding: Coding) -> Self {
        Self::from_static(coding.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Coding;
    use http::{HeaderMap, header::ACCEPT_ENCODING};

    #[test]
    fn what_a_client_prefers() {
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", Some(Coding::Zstd)),
            ("gzip, deflate, br", Some(Coding::Brotli)),
            ("GZIP", Some(Coding::Gzip)),
            ("br;q=0.5, gzip;q=0.8", Some(Coding::Gzip)),
            ("br; q=1.0, gzip; q=1.0, zstd;q=0", Some(Coding::Brotli)),
            ("*", Some(Coding::Zstd)),
            ("zstd;q=0, *;q=0.1", Some(Coding::Brotli)),
            ("*;q=0", None),
            ("gzip;q=0", None),
            ("gzip;q=x", None),
            ("identity", None),
            ("gzipped", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, accepted.parse().unwrap())]);
            assert_eq!(
                Coding::accepted(&headers, &Coding::ALL),
                coding,
                "{accepted}"
            );
        }
        assert_eq!(Coding::accepted(&HeaderMap::new(), &Coding::ALL), None);
    }
}
