//! The walk of a value along its schema, which finds every error and does the lax conversions.

mod choose;
mod fit;
pub(super) mod keys;
pub(super) mod list;
mod literal;
mod loc;
mod number;
mod object;
mod text;
mod union;
mod untyped;

use std::collections::HashMap;

use serde_json::Value;

use super::constraints::Constraints;
use super::detail::{ErrorDetail, LocItem};
use super::echo;
use super::errors::Errors;
use super::number::Number;
use super::schema::{Compiled, Format, Id, KeyRule, Limits, Mode, Node, Rule};
use super::tape::{JsonRef, NodeId, Replacements, Tape};
use fit::{ChoiceKey, Exactness, Fit, Member};
use loc::Loc;

pub(super) use choose::choose;

/// The state of one walk, shared by all of its nodes.
#[derive(Debug)]
struct Walk<'a, 't> {
    schema: &'a Compiled,
    tape: &'a mut Tape<'t>,
    /// The results of lax conversions. The values themselves stay unchanged during the walk, because errors show them.
    replacements: Replacements,
    /// A shared stack of the fields found in the enclosing objects, so that each object does not allocate its own.
    fields: Vec<Option<NodeId>>,
    mode: Mode,
    /// How well the value fits. Unions choose their member by it.
    fit: Fit,
    /// Whether the walk is choosing a union's member. It then makes no replacements inside nested unions.
    is_choosing: bool,
    /// The members that have been chosen so far, by union and value.
    chosen: HashMap<ChoiceKey, Option<Member>>,
    /// How many nodes may still be visited. Unions try each of their members, and each of them may list its errors;
    /// this keeps the cost of a body close to its length.
    steps: usize,
    depth: usize,
}

/// A value's position in the walk: its location, and the constraints on it.
#[derive(Clone, Copy, Debug)]
struct At<'a> {
    loc: &'a Loc<'a>,
    limits: Option<&'a Chain<'a>>,
    /// Whether lax conversions are off, which a value inherits from the model that it is a field of.
    strict: bool,
}

/// The limits that references and arguments add to the node's own, outermost first.
#[derive(Debug)]
struct Chain<'a> {
    limits: &'a Limits,
    inner: Option<&'a Chain<'a>>,
}

const STEPS_AT_LEAST: usize = 50_000;
/// serde_json reads 127 levels. One level can be an object, a reference and perhaps a union.
const MAX_DEPTH: usize = 500;

impl Compiled {
    /// Finds every error of `value`, as Pydantic would, and adds it to `out`.
    ///
    /// `at` is the location of the value, and `constraints` are the argument's own. Returns the converted value if lax
    /// conversions changed something and there are no errors.
    pub fn diagnose(
        &self,
        value: &Value,
        constraints: &Constraints,
        mode: Mode,
        at: &[LocItem],
        out: &mut Errors,
    ) -> Option<Value> {
        let mut tape = Tape::of_value(value);
        let mut replacements =
            self.diagnose_json((&mut tape, Tape::ROOT), constraints, mode, at, out);
        if replacements.is_empty() {
            return None;
        }
        tape.replace(&mut replacements, 0);
        Some(tape.value(Tape::ROOT))
    }

    /// Diagnoses a value on a tape, and returns the lax conversions without applying them.
    pub(crate) fn diagnose_json(
        &self,
        value: (&mut Tape<'_>, NodeId),
        constraints: &Constraints,
        mode: Mode,
        at: &[LocItem],
        out: &mut Errors,
    ) -> Replacements {
        let limits = Limits::of_constraints(constraints);
        walk(self, value, &limits, mode, at, out)
    }
}

/// Walks a value; see [`Compiled::diagnose`].
fn walk(
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
            chosen: HashMap::new(),
            steps: tape.len() * schema.steps_per_value() + STEPS_AT_LEAST,
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
            // The value has already failed. If this was an attempt to read it as a union's member, the walk goes on
            // with the next member.
            return;
        }
        if self.steps == 0 || self.depth > MAX_DEPTH {
            // A value that was not checked must not count as valid.
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
            Rule::File(_) => self.file(id, value, at, out),
            Rule::Choice(choice) => self.choice(id, choice, value, at, out),
            Rule::List { items, set } => self.list(id, (*items, *set), value, at, out),
            Rule::Tuple(parts) => self.tuple(id, parts, value, at, out),
            Rule::Map { keys, values } => self.map(id, (keys, *values), value, at, out),
            Rule::Object(object) => self.object(id, object, value, at, out),
            Rule::Same(target) => self.check(*target, value, at, out),
            Rule::All(parts, known) => self.all(id, (parts, known.as_deref()), value, at, out),
            Rule::Union { members, of } => self.union(id, (members, *of), value, at, out),
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
                flattened,
            } => {
                let one = self.only_variant(members, *flattened, value);
                self.external(id, (units, expected), one, (value, at), out);
            }
        }
    }

    /// Returns whether this is an empty string in a parameter.
    fn is_empty_text(&self, value: NodeId) -> bool {
        self.mode == Mode::Text && self.tape.text(value) == Some("")
    }

    /// Converts a value.
    fn replace(&mut self, value: NodeId, to: Value) {
        self.fit.lower(Exactness::Lax);
        self.replacements.scalar(self.tape, value, to);
    }

    /// Returns how exactly a value matches a rule in Python, if it is not replaced.
    fn exactness(&self, rule: &Rule, value: NodeId) -> Exactness {
        let is_exact = match rule {
            Rule::Float { .. } => match self.tape.at(value) {
                JsonRef::Number(Number::Int(_)) => return Exactness::Strict,
                _ => true,
            },
            Rule::Anything | Rule::Object(_) | Rule::Tagged { .. } => return Exactness::Strict,
            Rule::External { .. } if self.tape.is_object(value) => return Exactness::Strict,
            Rule::Text(format) => matches!(format, Format::Unspecified | Format::Email),
            Rule::Choice(choice) => choice.literal,
            Rule::Map { keys, .. } => !matches!(keys, KeyRule::Integer { .. } | KeyRule::Choice(_)),
            Rule::List { set, .. } => !set,
            // The rules inside decide.
            Rule::Same(_) | Rule::All(..) | Rule::Union { .. } | Rule::Optional { .. } => true,
            Rule::Null | Rule::Bool | Rule::Integer(_) => true,
            _ => false,
        };
        match is_exact {
            true => Exactness::Exact,
            false => Exactness::Lax,
        }
    }

    /// Returns whether a value must have exactly the expected type.
    fn is_strict(&self, at: At<'_>) -> bool {
        at.strict && self.mode == Mode::Json
    }

    /// Returns whether there is nothing left to find, or the budget is spent.
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

    /// Adds an error, with its location and its input.
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
        if out.has_room() {
            out.push(self.placed(id, value, loc, make()));
        }
    }

    /// Returns an error with its location and its input.
    fn placed(&self, id: Id, value: NodeId, loc: &Loc<'_>, mut error: ErrorDetail) -> ErrorDetail {
        error.loc = loc.to_items(self.tape);
        if let Some(value) = echo::short(self.tape, value) {
            error.input = echo::masked(self.schema, id, &value);
        }
        error
    }
}

impl At<'_> {
    /// Returns the position of a child of this value. The child has its own limits.
    fn child<'b>(self, loc: &'b Loc<'b>, strict: bool) -> At<'b> {
        At {
            loc,
            limits: None,
            strict,
        }
    }

    /// Returns the first result that `find` has for the constraints on the value, outermost first.
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
            // There is usually only one.
            Some(Chain {
                limits,
                inner: None,
            }) => find(limits),
            chain => within(chain, &mut find),
        }
    }
}

/// Returns whether an empty string counts as a value here, rather than as a missing one.
fn takes_empty_text(node: &Node) -> bool {
    match &node.rule {
        Rule::Anything | Rule::Text(super::schema::Format::Unspecified) => true,
        Rule::Choice(choice) => choice.values.iter().any(|value| value == ""),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
