//! The walk of a value along its schema: every error, and the lax conversions.

pub(super) mod keys;
mod list;
mod loc;
mod number;
mod object;
mod text;
mod union;
mod untyped;

use serde_json::Value;

use super::detail::{ErrorDetail, LocItem};
use super::echo;
use super::errors::Errors;
use super::number::Number;
use super::schema::{Choice, Compiled, Format, Id, KeyRule, Limits, Mode, Node, Rule};
use super::tape::{JsonRef, NodeId, Replacements, Tape};
use loc::Loc;
use union::{Exactness, Fit};

pub(super) use union::choose;

/// One walk: what is the same for every node of it.
#[derive(Debug)]
struct Walk<'a, 't> {
    schema: &'a Compiled,
    tape: &'a mut Tape<'t>,
    /// What lax conversions make of the values, which stay as they are meanwhile: errors tell them so.
    replacements: Replacements,
    /// The fields that were found of the objects on the way: room that each would have to ask for.
    fields: Vec<Option<NodeId>>,
    mode: Mode,
    /// How well the value fits, for unions to choose by.
    fit: Fit,
    /// Whether a union chooses.
    is_choosing: bool,
    /// How many nodes may still be looked at. Unions try their members, and unions in unions
    /// multiply; a body cannot be made to cost much more than its own length.
    steps: usize,
    depth: usize,
}

/// A value on its way: where it is, and what else is asked of it.
#[derive(Clone, Copy, Debug)]
struct At<'a> {
    loc: &'a Loc<'a>,
    limits: Option<&'a Chain<'a>>,
    /// Inherited from the model that the value is a field of.
    strict: bool,
}

/// The limits that references and arguments add to those of the node itself, outermost first.
#[derive(Debug)]
struct Chain<'a> {
    limits: &'a Limits,
    inner: Option<&'a Chain<'a>>,
}

const STEPS_PER_VALUE: usize = 16;
const STEPS_AT_LEAST: usize = 50_000;
/// serde_json reads 127 levels; a level is an object, a reference and perhaps a union.
const MOST_DEPTH: usize = 500;

/// Walks a value; see [`Compiled::diagnose`].
pub(super) fn walk(
    schema: &Compiled,
    (tape, value): (&mut Tape<'_>, NodeId),
    limits: &Limits,
    mode: Mode,
    at: &[LocItem],
    out: &mut Errors,
) -> Replacements {
    let mut walk = Walk::new(schema, tape, mode);
    let chain = Chain {
        limits,
        inner: None,
    };
    let start = At {
        loc: &Loc::start(at),
        limits: limits.is_stated.then_some(&chain),
        strict: false,
    };
    let before = out.len();
    walk.check(schema.root(), value, start, out);
    if out.len() > before || out.is_full() || walk.steps == 0 {
        walk.replacements.truncate(0);
    }
    walk.replacements
}

impl<'a, 't> Walk<'a, 't> {
    fn new(schema: &'a Compiled, tape: &'a mut Tape<'t>, mode: Mode) -> Self {
        Self {
            schema,
            mode,
            fit: Fit::default(),
            is_choosing: false,
            steps: tape.len() * STEPS_PER_VALUE + STEPS_AT_LEAST,
            depth: 0,
            tape,
            replacements: Replacements::default(),
            fields: Vec::new(),
        }
    }
}

impl Walk<'_, '_> {
    fn check(&mut self, id: Id, value: NodeId, at: At<'_>, out: &mut Errors) {
        if out.is_full() {
            // It has failed already; the rest of the walk, after a union's member, goes on.
            return;
        }
        if self.steps == 0 || self.depth > MOST_DEPTH {
            // Whatever was not looked at must not count as right.
            self.steps = 0;
            return;
        }
        self.steps -= 1;
        self.depth += 1;
        self.check_node(id, value, at, out);
        self.depth -= 1;
    }

    fn check_node(&mut self, id: Id, value: NodeId, at: At<'_>, out: &mut Errors) {
        let schema = self.schema;
        let node = schema.node(id);
        if node.nullable {
            if self.tape.is_null(value) {
                return;
            }
            if self.is_empty_text(value) && !takes_empty_text(schema.resolved(id)) {
                return self.replace(value, Value::Null);
            }
        }
        let own = Chain {
            limits: &node.limits,
            inner: at.limits,
        };
        let at = At {
            limits: match node.limits.is_stated {
                true => Some(&own),
                false => at.limits,
            },
            strict: at.strict || node.strict,
            ..at
        };
        if self.is_choosing {
            self.fit.lower(self.exactness(&node.rule, value));
        }
        match &node.rule {
            Rule::Anything if self.tape.has_long_integer() => self.untyped(id, value, at, out),
            Rule::Anything => {}
            Rule::Nothing => self.refuse(id, value, at, out, "no_such_value", "No value is valid"),
            Rule::Null if self.tape.is_null(value) => {}
            Rule::Null if self.is_empty_text(value) => self.replace(value, Value::Null),
            Rule::Null => {
                self.refuse(id, value, at, out, "none_required", "Input should be None");
            }
            Rule::Bool => self.bool(id, value, at, out),
            Rule::Integer(range) => self.integer(id, *range, value, at, out),
            Rule::Float { single } => self.float(id, *single, value, at, out),
            Rule::Decimal => self.decimal(id, value, at, out),
            Rule::Text(format) => self.text(id, *format, value, at, out),
            Rule::Choice(choice) => self.choice(id, choice, value, at, out),
            Rule::List { items, set } => self.list(id, (*items, *set), value, at, out),
            Rule::Tuple(parts) => self.tuple(id, parts, value, at, out),
            Rule::Map { keys, values } => self.map(id, (keys, *values), value, at, out),
            Rule::Object(object) => self.object(id, object, value, at, out),
            Rule::Same(target) => self.check(*target, value, at, out),
            Rule::All(parts, known) => self.all(id, (parts, known.as_deref()), value, at, out),
            Rule::Union { members, of } => self.union(members, *of, value, at, out),
            Rule::Optional { inner, names } => self.optional(*inner, names, value, at, out),
            Rule::Tagged {
                tag,
                members,
                expected,
            } => self.tagged(id, (tag, members, expected), value, at, out),
            Rule::External {
                units,
                members,
                expected,
            } => self.external(id, (units, members, expected), value, at, out),
        }
    }

    /// Whether this is a text of a parameter with nothing in it.
    fn is_empty_text(&self, value: NodeId) -> bool {
        self.mode == Mode::Text && self.tape.text(value) == Some("")
    }

    /// Converts a value.
    fn replace(&mut self, value: NodeId, to: Value) {
        self.fit.lower(Exactness::Lax);
        self.replacements.scalar(self.tape, value, to);
    }

    fn choice(&mut self, id: Id, choice: &Choice, value: NodeId, at: At<'_>, out: &mut Errors) {
        if choice.values.iter().any(|known| self.tape.is(value, known)) {
            return;
        }
        let text = self.tape.text(value);
        if text.is_some_and(|text| choice.aliases.iter().any(|alias| alias == text)) {
            return;
        }
        // Python's `Literal[1]` takes no "1", its enums do.
        let as_text = (!choice.literal || self.mode == Mode::Text) && !self.is_strict(at);
        let seen = self.tape.at(value);
        let mut values = choice.values.iter();
        if let Some(meant) = values.find(|known| number::is_same(known, seen, as_text)) {
            return self.replace(value, meant.clone());
        }
        self.fail(id, value, at, out, || not_among(choice));
    }

    /// How near a value is in Python to one of a kind, if it is not replaced.
    fn exactness(&self, rule: &Rule, value: NodeId) -> Exactness {
        let is_exact = match rule {
            Rule::Float { .. } => match self.tape.at(value) {
                JsonRef::Number(Number::Int(_)) => return Exactness::Strict,
                _ => true,
            },
            Rule::Anything | Rule::Object(_) | Rule::Tagged { .. } => return Exactness::Strict,
            Rule::External { .. } if self.tape.is_object(value) => return Exactness::Strict,
            Rule::Text(format) => matches!(format, Format::Plain | Format::Email),
            Rule::Choice(choice) => choice.literal,
            Rule::Map { keys, .. } => matches!(keys, KeyRule::Text | KeyRule::Pattern(_)),
            Rule::List { set, .. } => !set,
            // What is in them says it.
            Rule::Same(_) | Rule::All(..) | Rule::Union { .. } | Rule::Optional { .. } => true,
            Rule::Null | Rule::Bool | Rule::Integer(_) => true,
            _ => false,
        };
        match is_exact {
            true => Exactness::Exact,
            false => Exactness::Lax,
        }
    }

    /// Whether a value must be what it is.
    fn is_strict(&self, at: At<'_>) -> bool {
        at.strict && self.mode == Mode::Json
    }

    /// Whether there is nothing left to look for, or no more to be spent on it.
    fn is_over(&self, out: &Errors) -> bool {
        self.steps == 0 || out.is_full()
    }

    /// Adds an error without context.
    #[cold]
    fn refuse(
        &self,
        id: Id,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
        kind: &'static str,
        msg: &str,
    ) {
        self.fail(id, value, at, out, || {
            ErrorDetail::new(kind, Vec::new(), msg)
        });
    }

    /// Adds an error; its place and its input are put in here.
    #[cold]
    fn fail(
        &self,
        id: Id,
        value: NodeId,
        at: At<'_>,
        out: &mut Errors,
        make: impl FnOnce() -> ErrorDetail,
    ) {
        self.fail_at(id, value, at.loc, out, make);
    }

    fn fail_at(
        &self,
        id: Id,
        value: NodeId,
        loc: &Loc<'_>,
        out: &mut Errors,
        make: impl FnOnce() -> ErrorDetail,
    ) {
        out.push_with(|| self.placed(id, value, loc, make()));
    }

    /// An error with its place and its input.
    fn placed(&self, id: Id, value: NodeId, loc: &Loc<'_>, mut error: ErrorDetail) -> ErrorDetail {
        error.loc = loc.to_items(self.tape);
        if let Some(value) = echo::short(self.tape, value) {
            error.input = echo::masked(self.schema, id, &value);
        }
        error
    }
}

impl At<'_> {
    /// A child of this value: its limits are its own.
    fn child<'b>(self, loc: &'b Loc<'b>, strict: bool) -> At<'b> {
        At {
            loc,
            limits: None,
            strict,
        }
    }

    /// The first that is found in what is asked of the value, outermost first.
    fn find<T>(self, mut find: impl FnMut(&Limits) -> Option<T>) -> Option<T> {
        fn within<T>(
            chain: Option<&Chain<'_>>,
            find: &mut impl FnMut(&Limits) -> Option<T>,
        ) -> Option<T> {
            let chain = chain?;
            within(chain.inner, find).or_else(|| find(chain.limits))
        }
        match self.limits {
            None => None,
            // Mostly there is but one.
            Some(Chain {
                limits,
                inner: None,
            }) => find(limits),
            chain => within(chain, &mut find),
        }
    }
}

/// A value that is none of an enum's.
fn not_among(choice: &Choice) -> ErrorDetail {
    let kind = if choice.literal {
        "literal_error"
    } else {
        "enum"
    };
    let expected = choice.expected.as_str();
    ErrorDetail::new(kind, Vec::new(), format!("Input should be {expected}"))
        .ctx("expected", expected)
}

/// Whether an empty text is a value here rather than none.
fn takes_empty_text(node: &Node) -> bool {
    match &node.rule {
        Rule::Anything | Rule::Text(super::schema::Format::Plain) => true,
        Rule::Choice(choice) => choice.values.iter().any(|value| value == ""),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
