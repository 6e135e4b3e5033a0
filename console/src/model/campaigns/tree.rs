//! A rule as the editor holds it: every group and condition has a number, so that a form stays open
//! while others come and go.

use inbox_types::{Rule, limits};

use super::{Fields, Kind};

/// A group or a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Its number.
    pub id: u32,
    /// What it is.
    pub what: What,
}

/// What a node is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Several that hold together.
    Group {
        /// At least one, instead of all.
        any: bool,
        /// Which.
        of: Vec<Node>,
    },
    /// A condition.
    Is {
        /// That it does not hold.
        not: bool,
        /// Which kind.
        kind: Kind,
        /// What its form holds.
        fields: Box<Fields>,
    },
}

/// A rule, the outermost group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
    /// The outermost group.
    pub root: Node,
    next: u32,
}

impl Tree {
    /// The tree of a rule.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        let group = Node { id: 0, what: What::Group { any: false, of: Vec::new() } };
        let mut tree = Self { root: group, next: 1 };
        let node = tree.node_of(rule);
        if matches!(node.what, What::Group { .. }) {
            tree.root = node;
        } else if let What::Group { of, .. } = &mut tree.root.what {
            of.push(node);
        }
        tree
    }

    fn node_of(&mut self, rule: &Rule) -> Node {
        let what = match rule {
            Rule::All { of } | Rule::Any { of } => What::Group {
                any: matches!(rule, Rule::Any { .. }),
                of: of.iter().map(|it| self.node_of(it)).collect(),
            },
            Rule::Is { not, condition } => {
                let (kind, fields) = Fields::of(condition);
                What::Is { not: *not, kind, fields: Box::new(fields) }
            }
        };
        Node { id: self.number(), what }
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// The rule without what is not filled in, and the numbers of what is, in reading order.
    #[must_use]
    pub fn rule(&self) -> (Rule, Vec<u32>) {
        let mut complete = Vec::new();
        let rule = rule_of(&self.root, &mut complete);
        (rule.unwrap_or(Rule::All { of: Vec::new() }), complete)
    }

    /// The numbers of the conditions that are not filled in.
    #[must_use]
    pub fn unfinished(&self) -> Vec<u32> {
        let (_, complete) = self.rule();
        let mut all = Vec::new();
        conditions(&self.root, &mut all);
        all.into_iter().filter(|it| !complete.contains(it)).collect()
    }

    /// How many conditions there are.
    #[must_use]
    pub fn n_conditions(&self) -> usize {
        let mut all = Vec::new();
        conditions(&self.root, &mut all);
        all.len()
    }

    /// The node of that number.
    #[must_use]
    pub fn find(&self, id: u32) -> Option<&Node> {
        find(&self.root, id)
    }

    /// The node of that number, to be changed.
    pub fn find_mut(&mut self, id: u32) -> Option<&mut Node> {
        find_mut(&mut self.root, id)
    }

    /// The numbers of a group's parts.
    #[must_use]
    pub fn children(&self, group: u32) -> Vec<u32> {
        match self.find(group).map(|it| &it.what) {
            Some(What::Group { of, .. }) => of.iter().map(|it| it.id).collect(),
            Some(What::Is { .. }) | None => Vec::new(),
        }
    }

    /// Whether a group can have a group in it.
    #[must_use]
    pub fn can_nest(&self, group: u32) -> bool {
        depth(&self.root, group, 1).is_some_and(|it| it < limits::RULE_DEPTH)
    }

    /// A new condition at the end of a group; its number.
    pub fn add(&mut self, group: u32, kind: Kind) -> u32 {
        let fields = Box::new(Fields::new(kind));
        self.push(group, What::Is { not: false, kind, fields })
    }

    /// A new group at the end of a group, which says "or" where that one says "and".
    pub fn nest(&mut self, group: u32) -> u32 {
        let outer = match self.find(group).map(|it| &it.what) {
            Some(What::Group { any, .. }) => *any,
            Some(What::Is { .. }) | None => false,
        };
        self.push(group, What::Group { any: !outer, of: Vec::new() })
    }

    fn push(&mut self, group: u32, what: What) -> u32 {
        let id = self.number();
        if let Some(What::Group { of, .. }) = self.find_mut(group).map(|it| &mut it.what) {
            of.push(Node { id, what });
        }
        id
    }

    /// A group or condition is no more.
    pub fn remove(&mut self, id: u32) {
        remove(&mut self.root, id);
    }

    /// "And" becomes "or" in a group, and "or" "and".
    pub fn flip(&mut self, group: u32) {
        if let Some(What::Group { any, .. }) = self.find_mut(group).map(|it| &mut it.what) {
            *any = !*any;
        }
    }

    /// Changes what a condition's form holds.
    pub fn fill(&mut self, id: u32, change: impl FnOnce(&mut Fields)) {
        if let Some(What::Is { fields, .. }) = self.find_mut(id).map(|it| &mut it.what) {
            change(fields);
        }
    }

    /// A condition holds, or does not.
    pub fn negate(&mut self, id: u32, on: bool) {
        if let Some(What::Is { not, .. }) = self.find_mut(id).map(|it| &mut it.what) {
            *not = on;
        }
    }
}

fn rule_of(node: &Node, complete: &mut Vec<u32>) -> Option<Rule> {
    match &node.what {
        What::Group { any, of } => {
            let of: Vec<Rule> = of.iter().filter_map(|it| rule_of(it, complete)).collect();
            // An empty group says nothing, whereas "at least one of none" would be never.
            match (of.is_empty(), any) {
                (true, _) => None,
                (false, true) => Some(Rule::Any { of }),
                (false, false) => Some(Rule::All { of }),
            }
        }
        What::Is { not, kind, fields } => {
            let condition = fields.condition(*kind)?;
            complete.push(node.id);
            Some(Rule::Is { not: *not, condition })
        }
    }
}

fn conditions(node: &Node, into: &mut Vec<u32>) {
    match &node.what {
        What::Group { of, .. } => of.iter().for_each(|it| conditions(it, into)),
        What::Is { .. } => into.push(node.id),
    }
}

fn find(node: &Node, id: u32) -> Option<&Node> {
    if node.id == id {
        return Some(node);
    }
    match &node.what {
        What::Group { of, .. } => of.iter().find_map(|it| find(it, id)),
        What::Is { .. } => None,
    }
}

fn find_mut(node: &mut Node, id: u32) -> Option<&mut Node> {
    if node.id == id {
        return Some(node);
    }
    match &mut node.what {
        What::Group { of, .. } => of.iter_mut().find_map(|it| find_mut(it, id)),
        What::Is { .. } => None,
    }
}

fn remove(node: &mut Node, id: u32) {
    if let What::Group { of, .. } = &mut node.what {
        of.retain(|it| it.id != id);
        for it in of {
            remove(it, id);
        }
    }
}

fn depth(node: &Node, id: u32, here: usize) -> Option<usize> {
    if node.id == id {
        return Some(here);
    }
    match &node.what {
        What::Group { of, .. } => of.iter().find_map(|it| depth(it, id, here + 1)),
        What::Is { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::Condition;

    use super::*;

    fn leaves() -> Rule {
        Rule::Is { not: false, condition: Condition::ExitIntent }
    }

    #[test]
    fn a_rule_survives_the_editor() {
        let rule = Rule::Any { of: vec![leaves(), Rule::All { of: vec![leaves(), leaves()] }] };
        assert_eq!(Tree::of(&rule).rule().0, rule);
        let always = Rule::All { of: Vec::new() };
        assert_eq!(Tree::of(&always).rule().0, always);
        assert_eq!(Tree::of(&leaves()).rule().0, Rule::All { of: vec![leaves()] });
    }

    #[test]
    fn what_is_not_filled_in_is_left_out_and_named() {
        let mut tree = Tree::of(&Rule::All { of: vec![leaves()] });
        let url = tree.add(tree.root.id, Kind::Url);
        assert_eq!(tree.unfinished(), [url]);
        assert_eq!(tree.rule().0, Rule::All { of: vec![leaves()] });
        tree.fill(url, |it| "/pricing".clone_into(&mut it.text));
        assert_eq!(tree.unfinished(), [] as [u32; 0]);
        assert_eq!(tree.rule().1.last(), Some(&url));
    }

    #[test]
    fn groups_go_as_deep_as_a_rule_may() {
        let mut tree = Tree::of(&Rule::All { of: Vec::new() });
        let (mut group, mut n) = (tree.root.id, 1);
        while tree.can_nest(group) {
            group = tree.nest(group);
            n += 1;
        }
        assert_eq!(n, limits::RULE_DEPTH);
        tree.add(group, Kind::ExitIntent);
        let Rule::All { of } = tree.rule().0 else { panic!("the outermost group says and") };
        assert!(matches!(of.as_slice(), [Rule::Any { .. }]), "{of:?}");
        tree.remove(group);
        assert_eq!(tree.n_conditions(), 0);
    }
}
