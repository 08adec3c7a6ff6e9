//! The dependency graph as data that the compiler evaluates: cycles and duplicates are found in `const` items.

/// A dependency and its own dependencies.
#[derive(Debug)]
pub struct Node {
    /// The function's name.
    pub name: &'static str,
    /// Its source location, unique in the program.
    pub at: &'static str,
    /// Its direct dependencies.
    pub deps: &'static [&'static Node],
    /// Whether it requires a credential itself.
    pub credential: bool,
}

/// The kind of dependency that a type is, as a constant that `#[dependency]` defines.
#[derive(Debug, Clone, Copy)]
pub enum Dependency {
    /// It is not a dependency.
    No,
    /// It is a dependency without `#[arg]`.
    WithoutArguments,
    /// It is a dependency with an `#[arg]`.
    WithArguments,
}

/// The maximum number of dependencies reachable from one.
const MAX_NODES: usize = 64;

/// Rejects, at compile time, a dependency that depends on itself. Each cycle is reported once, by its first member.
///
/// # Panics
///
/// Panics if there is a cycle; in a `const` item that is a compile error.
#[track_caller]
pub const fn no_cycle(root: &'static Node) {
    let reached = Reached::from(root);
    let Some(last) = reached.depending_on(root) else {
        return;
    };
    let mut path = [0; MAX_NODES];
    let mut length = 0;
    let mut at = last;
    loop {
        if order(reached.nodes[at], root) < 0 {
            return;
        }
        path[length] = at;
        length += 1;
        if at == 0 {
            break;
        }
        at = reached.parents[at];
    }
    let mut text = Text::new();
    text.push("these dependencies form a cycle: ");
    while length > 0 {
        length -= 1;
        text.push(reached.nodes[path[length]].name);
        text.push(" -> ");
    }
    text.push(root.name);
    text.panic()
}

/// Rejects, at compile time, a signature that declares the same dependency twice.
///
/// # Panics
///
/// Panics if there is a duplicate; in a `const` item that is a compile error.
#[track_caller]
pub const fn distinct(all: &[&'static Node]) {
    let mut i = 0;
    while i < all.len() {
        let mut j = i + 1;
        while j < all.len() {
            if order(all[i], all[j]) == 0 {
                let mut text = Text::new();
                text.push("the dependency `");
                text.push(all[i].name);
                text.push(
                    "` appears twice in this signature: keep one argument, and borrow from it",
                );
                text.panic()
            }
            j += 1;
        }
        i += 1;
    }
}

/// Rejects, at compile time, the dependencies of a `public` route if one of them requires a credential.
///
/// # Panics
///
/// Panics if one does; in a `const` item that is a compile error.
#[track_caller]
pub const fn without_credentials(deps: &[&'static Node]) {
    let mut i = 0;
    while i < deps.len() {
        if let Some(secured) = find_credential(deps[i]) {
            let mut text = Text::new();
            text.push("a `public` route cannot require a credential, but `");
            text.push(secured.name);
            text.push(
                "` does: remove `public`, or move the route to a `Router::new(\"\").public()`",
            );
            text.panic()
        }
        i += 1;
    }
}

/// Returns the dependency that is nearest to `root`, or `root` itself, and requires a credential.
const fn find_credential(root: &'static Node) -> Option<&'static Node> {
    let reached = Reached::from(root);
    let mut at = 0;
    while at < reached.count {
        if reached.nodes[at].credential {
            return Some(reached.nodes[at]);
        }
        at += 1;
    }
    None
}

/// The nodes that are reached from one, breadth first, beginning with itself.
struct Reached {
    nodes: [&'static Node; MAX_NODES],
    /// The position of the node that led to each of them.
    parents: [usize; MAX_NODES],
    count: usize,
}

impl Reached {
    const fn from(root: &'static Node) -> Self {
        let mut reached = Self {
            nodes: [root; MAX_NODES],
            parents: [0; MAX_NODES],
            count: 1,
        };
        let mut at = 0;
        while at < reached.count {
            let mut i = 0;
            while i < reached.nodes[at].deps.len() {
                let dep = reached.nodes[at].deps[i];
                if !contains(&reached.nodes, reached.count, dep) && reached.count < MAX_NODES {
                    reached.nodes[reached.count] = dep;
                    reached.parents[reached.count] = at;
                    reached.count += 1;
                }
                i += 1;
            }
            at += 1;
        }
        reached
    }

    /// Returns the position of the first node that depends directly on `node`.
    const fn depending_on(&self, node: &Node) -> Option<usize> {
        let mut at = 0;
        while at < self.count {
            let deps = self.nodes[at].deps;
            let mut i = 0;
            while i < deps.len() {
                if order(deps[i], node) == 0 {
                    return Some(at);
                }
                i += 1;
            }
            at += 1;
        }
        None
    }
}

const fn contains(visited: &[&'static Node; MAX_NODES], known: usize, node: &Node) -> bool {
    let mut i = 0;
    while i < known {
        if order(visited[i], node) == 0 {
            return true;
        }
        i += 1;
    }
    false
}

const fn order(a: &Node, b: &Node) -> i32 {
    let (a, b) = (a.at.as_bytes(), b.at.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] as i32 - b[i] as i32;
        }
        i += 1;
    }
    a.len() as i32 - b.len() as i32
}

/// A message built at compile time.
struct Text {
    bytes: [u8; 400],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self {
            bytes: [0; 400],
            len: 0,
        }
    }

    const fn push(&mut self, part: &str) {
        let part = part.as_bytes();
        let mut i = 0;
        while i < part.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = part[i];
            self.len += 1;
            i += 1;
        }
    }

    #[track_caller]
    const fn panic(&self) -> ! {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("the dependencies of this function are invalid"),
        }
    }
}
