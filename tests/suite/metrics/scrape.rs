//! Reads what Prometheus would read, and checks its form.

use std::{collections::BTreeMap, net::SocketAddr};

use crate::{waiting::soon, wire::Wire};

/// The values of a scrape, by their names and labels as they were written.
#[derive(Debug)]
pub(super) struct Scrape(BTreeMap<String, f64>);

const DURATION: &str = "http_server_request_duration_seconds";

impl Scrape {
    /// Requests the metrics over a socket.
    pub(super) async fn of(address: SocketAddr) -> Self {
        let mut wire = Wire::to(address).await;
        wire.request("GET /metrics").await;
        let answer = soon(wire.answer()).await;
        assert_eq!(answer.status(), "200");
        Self::parse(&answer.body)
    }

    /// Parses the text, and fails if any line is not valid.
    pub(super) fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n'));
        let mut types = BTreeMap::new();
        let mut values = BTreeMap::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                assert!(is_name(rest.split(' ').next().unwrap()), "{line}");
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').expect(line);
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert_eq!(types.insert(name, kind), None, "{line}");
            } else {
                let (series, value) = line.rsplit_once(' ').expect(line);
                let name = series.split('{').next().unwrap();
                let stem = ["_bucket", "_sum", "_count"].iter().find_map(|end| {
                    name.strip_suffix(end)
                        .filter(|stem| types.contains_key(stem))
                });
                assert!(types.contains_key(stem.unwrap_or(name)), "{line}");
                assert!(is_name(name), "{line}");
                check_labels(&series[name.len()..]);
                let value = value.replace("Inf", "inf").parse().expect(line);
                assert_eq!(values.insert(series.to_owned(), value), None, "{line}");
            }
        }
        let scrape = Self(values);
        scrape.check_histograms();
        scrape
    }

    /// Checks that the buckets of each histogram rise to its count.
    fn check_histograms(&self) {
        for (series, count) in self.counts() {
            let labels = series.strip_suffix('}').unwrap();
            let bounds = [
                "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1",
                "2.5", "5", "7.5", "10", "+Inf",
            ];
            let buckets = bounds.map(|bound| {
                let bucket = format!("{DURATION}_bucket{labels},le=\"{bound}\"}}");
                self.value(&bucket)
            });
            assert!(buckets.is_sorted(), "{series}: {buckets:?}");
            assert_eq!(buckets.last(), Some(&count), "{series}");
            assert!(self.value(&format!("{DURATION}_sum{series}")) >= 0.0);
        }
    }

    /// Returns the labels of each histogram and the number of its requests.
    fn counts(&self) -> impl Iterator<Item = (&str, f64)> {
        let prefix = const { concat!("http_server_request_duration_seconds", "_count") };
        self.0
            .iter()
            .filter_map(move |(series, count)| Some((series.strip_prefix(prefix)?, *count)))
    }

    /// Returns the number of requests in each series, by method, route and status.
    pub(super) fn by_labels(&self) -> BTreeMap<(String, String, String), f64> {
        let counts = self.counts().map(|(labels, count)| {
            let mut quoted = labels.split('"').skip(1).step_by(2).map(str::to_owned);
            let mut next = || quoted.next().expect("three labels");
            ((next(), next(), next()), count)
        });
        counts.collect()
    }

    /// Returns the number of all requests.
    pub(super) fn requests(&self) -> f64 {
        self.counts().map(|(_, count)| count).sum()
    }

    /// Returns the number of requests with these labels.
    pub(super) fn count(&self, method: &str, route: &str, status: u16) -> f64 {
        let labels = (method.to_owned(), route.to_owned(), status.to_string());
        self.by_labels().get(&labels).copied().unwrap_or_default()
    }

    #[track_caller]
    pub(super) fn value(&self, series: &str) -> f64 {
        let value = self.0.get(series);
        *value.unwrap_or_else(|| panic!("{series} is not in {self:?}"))
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_:".contains(c);
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(is_part)
}

/// Checks labels without escapes: `{a="b",c="d"}`.
fn check_labels(labels: &str) {
    if labels.is_empty() {
        return;
    }
    let inner = labels
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix("\"}"));
    for label in inner.expect(labels).split("\",") {
        let (name, value) = label.split_once("=\"").expect(labels);
        assert!(is_name(name) && !value.contains(['"', '\\']), "{labels}");
    }
}
