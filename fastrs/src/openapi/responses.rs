//! The responses of an operation, by status.

use std::borrow::Cow;

use super::{HeaderDoc, Origin, ResponseDoc, response::Statuses};

/// Responses by status.
#[derive(Debug, Default)]
pub(super) struct Responses<'d>(pub(super) Vec<(Statuses, Vec<&'d ResponseDoc>)>);

impl<'d> Responses<'d> {
    /// Adds a response after those with the same status.
    pub(super) fn add(&mut self, statuses: Statuses, response: &'d ResponseDoc) {
        match self.0.binary_search_by_key(&statuses, |(known, _)| *known) {
            Ok(place) => self.0[place].1.push(response),
            Err(place) => self.0.insert(place, (statuses, vec![response])),
        }
    }
}

/// The responses with one status, merged, except for their bodies.
#[derive(Debug)]
pub(super) struct MergedResponse<'d> {
    pub(super) description: Option<Cow<'d, str>>,
    pub(super) headers: Vec<&'d HeaderDoc>,
    /// The origin with the highest precedence.
    pub(super) origin: Origin,
}

/// Merges the responses with one status.
pub(super) fn merge_responses<'d>(responses: &[&'d ResponseDoc]) -> Option<MergedResponse<'d>> {
    let (first, rest) = responses.split_first()?;
    let mut merged = MergedResponse {
        description: first.description.as_deref().map(Cow::Borrowed),
        headers: first.headers.iter().collect(),
        origin: first.origin,
    };
    for response in rest {
        merged.describe(response);
        for header in &response.headers {
            if !merged.headers.iter().any(|known| known.name == header.name) {
                merged.headers.push(header);
            }
        }
    }
    Some(merged)
}

impl<'d> MergedResponse<'d> {
    /// Merges the description of a response. The origin with the highest precedence wins; descriptions of derived
    /// responses are joined.
    fn describe(&mut self, response: &'d ResponseDoc) {
        let Some(more) = &response.description else {
            return;
        };
        match &mut self.description {
            None => self.description = Some(Cow::Borrowed(more)),
            Some(known)
                if self.origin == Origin::Derived && !known.split("; ").any(|k| k == more) =>
            {
                let known = known.to_mut();
                known.push_str("; ");
                known.push_str(more);
            }
            Some(_) => {}
        }
    }
}
