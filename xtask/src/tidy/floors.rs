//! Inside a crate, imports run down only: no module uses, by whatever way round, one that uses it.
//!
//! Modules that stand side by side are compared, at every level of the tree; what a module's
//! children use counts as used by the module. A name that a module only passes on (`pub use`) is
//! looked for where it is defined. A parent's file and its children are one floor: children may
//! use what the parent defines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Item, ItemMod, ItemUse, UseTree, Visibility};

use super::{Findings, files};
use crate::paths;

/// Whose modules are on floors.
const FOLDERS: [&str; 13] = [
    "crates/inbox-types/src",
    "crates/inbox-protocol/src",
    "crates/inbox-core/src",
    "crates/inbox-hours/src",
    "crates/inbox-campaigns/src",
    "crates/inbox-signing/src",
    "crates/inbox-client/src",
    "crates/inbox-room/src",
    "crates/inbox-host/src",
    "crates/inbox-search/src",
    "relay/src",
    "widget/src",
    "console/src",
];

type ModulePath = Vec<String>;

/// What one file says.
#[derive(Default)]
struct Module {
    file: String,
    /// What it defines by itself.
    defines: BTreeSet<String>,
    /// What it passes on: the name, and the path behind it.
    imports: BTreeMap<String, Vec<String>>,
    /// Modules of which it passes everything on.
    globs: Vec<Vec<String>>,
    /// Paths that begin in this crate, and their lines.
    uses: Vec<(Vec<String>, usize)>,
}

/// Somebody uses something, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Arrow {
    to: String,
    place: String,
}

pub(super) fn check() -> Result<Findings> {
    let mut findings = Findings::new();
    for folder in FOLDERS {
        let modules = modules(&paths::root(), folder)?;
        findings.extend(circles(&modules));
    }
    Ok(findings)
}

fn modules(root: &Path, folder: &str) -> Result<BTreeMap<ModulePath, Module>> {
    let mut modules = BTreeMap::new();
    for file in files(&root.join(folder), "rs") {
        let inside = file.strip_prefix(root.join(folder)).context("a file of the folder")?;
        let place = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        let source = fs::read_to_string(&file)?;
        modules.insert(module_path(inside), read(&place, &source).context(place)?);
    }
    Ok(modules)
}

/// `room/turn.rs` is `room::turn`; `lib.rs` is the root.
fn module_path(file: &Path) -> ModulePath {
    let file = file.with_extension("");
    let mut path: ModulePath = file.iter().map(|it| it.to_string_lossy().into_owned()).collect();
    if path.last().is_some_and(|it| ["lib", "main", "mod"].contains(&it.as_str())) {
        path.pop();
    }
    path
}

fn read(place: &str, source: &str) -> Result<Module> {
    let mut module = Module { file: place.to_owned(), ..Module::default() };
    let file = syn::parse_file(source)?;
    for item in &file.items {
        if let Some(name) = name_of(item) {
            module.defines.insert(name.to_string());
        }
    }
    module.visit_file(&file);
    Ok(module)
}

fn name_of(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(it) => Some(&it.ident),
        Item::Enum(it) => Some(&it.ident),
        Item::Fn(it) => Some(&it.sig.ident),
        Item::Static(it) => Some(&it.ident),
        Item::Struct(it) => Some(&it.ident),
        Item::Trait(it) => Some(&it.ident),
        Item::Type(it) => Some(&it.ident),
        Item::Union(it) => Some(&it.ident),
        Item::ExternCrate(_)
        | Item::ForeignMod(_)
        | Item::Impl(_)
        | Item::Macro(_)
        | Item::Mod(_)
        | Item::TraitAlias(_)
        | Item::Use(_)
        | Item::Verbatim(_)
        | _ => None,
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if is_test(&item.attrs) {
            return;
        }
        let passes_on = !matches!(item.vis, Visibility::Inherited);
        self.take_in(&mut Vec::new(), &item.tree, passes_on);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|it| it.ident.to_string()).collect();
        if let Some(first) = path.segments.first() {
            self.note(segments, first.ident.span());
        }
        visit::visit_path(self, path);
    }
}

impl Module {
    fn note(&mut self, path: Vec<String>, at: Span) {
        let is_ours = path.first().is_some_and(|it| ["crate", "self", "super"].contains(&&**it));
        if is_ours && 1 < path.len() {
            self.uses.push((path, at.start().line));
        }
    }

    fn take_in(&mut self, before: &mut Vec<String>, tree: &UseTree, passes_on: bool) {
        let mut end = |name: &Ident, shown: &Ident, before: &[String]| {
            let mut path = before.to_vec();
            path.push(name.to_string());
            self.imports.insert(shown.to_string(), path.clone());
            // Passing a child's name on is no use of it.
            if !passes_on {
                self.note(path, name.span());
            }
        };
        match tree {
            UseTree::Path(it) => {
                before.push(it.ident.to_string());
                self.take_in(before, &it.tree, passes_on);
                before.pop();
            }
            UseTree::Name(it) => end(&it.ident, &it.ident, before),
            UseTree::Rename(it) => end(&it.ident, &it.rename, before),
            UseTree::Glob(_) => self.globs.push(before.clone()),
            UseTree::Group(it) => {
                for tree in &it.items {
                    self.take_in(before, tree, passes_on);
                }
            }
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|it| {
        it.path().is_ident("cfg")
            && it.parse_args::<Ident>().is_ok_and(|condition| condition == "test")
    })
}

/// The module in which what a path names is defined; none if it leads out of the crate.
fn resolve(
    modules: &BTreeMap<ModulePath, Module>,
    from: &[String],
    path: &[String],
    depth: usize,
) -> Option<ModulePath> {
    let mut at: ModulePath = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => from.to_vec(),
        first => {
            // A path that begins with a child of the module it stands in.
            let child = [from, &[first.to_owned()]].concat();
            modules.contains_key(&child).then_some(())?;
            from.to_vec()
        }
    };
    for (index, name) in path.iter().enumerate() {
        if ["crate", "self"].contains(&name.as_str()) {
            continue;
        }
        if name == "super" {
            at.pop();
            continue;
        }
        let child = [&at[..], std::slice::from_ref(name)].concat();
        if modules.contains_key(&child) {
            at = child;
            continue;
        }
        let module = modules.get(&at)?;
        if module.defines.contains(name) || 8 < depth {
            return Some(at);
        }
        if let Some(behind) = module.imports.get(name) {
            let whole: Vec<String> = behind.iter().chain(&path[index + 1..]).cloned().collect();
            return resolve(modules, &at, &whole, depth + 1);
        }
        let through_globs = module.globs.iter().find_map(|glob| {
            let target = resolve(modules, &at, glob, depth + 1)?;
            modules.get(&target)?.defines.contains(name).then_some(target)
        });
        return Some(through_globs.unwrap_or(at));
    }
    Some(at)
}

/// Who uses whom among the children of each module.
fn arrows(
    modules: &BTreeMap<ModulePath, Module>,
) -> BTreeMap<ModulePath, BTreeMap<String, Vec<Arrow>>> {
    let mut arrows: BTreeMap<ModulePath, BTreeMap<String, Vec<Arrow>>> = BTreeMap::new();
    for (from, module) in modules {
        for (path, line) in &module.uses {
            let Some(to) = resolve(modules, from, path, 0) else { continue };
            let n = from.iter().zip(&to).take_while(|(one, two)| one == two).count();
            let (Some(one), Some(two)) = (from.get(n), to.get(n)) else { continue };
            let arrow = Arrow { to: two.clone(), place: format!("{}:{line}", module.file) };
            arrows
                .entry(from[..n].to_vec())
                .or_default()
                .entry(one.clone())
                .or_default()
                .push(arrow);
        }
    }
    arrows
}

/// One finding for each circle.
fn circles(modules: &BTreeMap<ModulePath, Module>) -> Findings {
    let mut findings = Findings::new();
    for (parent, arrows) in arrows(modules) {
        let mut done = BTreeSet::new();
        for start in arrows.keys() {
            if let Some(circle) = circle(&arrows, start)
                && done.insert(circle.iter().map(|it| it.to.clone()).collect::<BTreeSet<_>>())
            {
                let within = if parent.is_empty() { "crate".to_owned() } else { parent.join("::") };
                let steps: Vec<String> =
                    circle.iter().map(|it| format!("{} ({})", it.to, it.place)).collect();
                findings.push(format!(
                    "in {within}, modules use each other in a circle: {start} uses {}; move what \
                     both need below them",
                    steps.join(" uses ")
                ));
            }
        }
    }
    findings
}

/// The shortest way from a module back to itself.
fn circle<'a>(arrows: &'a BTreeMap<String, Vec<Arrow>>, start: &str) -> Option<Vec<&'a Arrow>> {
    let mut seen = BTreeSet::new();
    let mut ways: Vec<Vec<&Arrow>> = arrows.get(start)?.iter().map(|it| vec![it]).collect();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let last = way.last()?;
            if last.to == start {
                return Some(way);
            }
            if seen.insert(last.to.clone()) {
                for next in arrows.get(&last.to).into_iter().flatten() {
                    longer.push(way.iter().copied().chain([next]).collect());
                }
            }
        }
        ways = longer;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sources: &[(&str, &str)]) -> Findings {
        let modules = sources
            .iter()
            .map(|(file, source)| (module_path(Path::new(file)), read(file, source).expect("Rust")))
            .collect();
        circles(&modules)
    }

    #[test]
    fn a_house_whose_arrows_run_down_has_no_finding() {
        let found = found(&[
            ("lib.rs", "mod high; mod low; pub use low::Stone;"),
            ("high.rs", "use crate::low::Stone; fn f(it: Stone) {}"),
            ("low.rs", "pub struct Stone; #[cfg(test)] mod tests { use crate::high; }"),
        ]);
        assert_eq!(found, Findings::new());
    }

    #[test]
    fn a_circle_is_found_with_its_places() {
        let found = found(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "\nuse super::b::B;\npub struct A;"),
            ("b.rs", "pub struct B;\nfn f() { crate::a::g() }"),
        ]);
        assert_eq!(
            found,
            ["in crate, modules use each other in a circle: a uses b (a.rs:2) uses a (b.rs:2); \
              move what both need below them"]
        );
    }

    #[test]
    fn a_circle_behind_a_name_that_is_passed_on_is_found() {
        let found = found(&[
            ("lib.rs", "mod a; mod b; pub use a::A; pub use b::*;"),
            ("a.rs", "use crate::B; pub struct A;"),
            ("b.rs", "use crate::A; pub struct B;"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn what_children_use_counts_for_their_parent() {
        let found = found(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "mod inner; pub struct A;"),
            ("a/inner.rs", "use crate::b::B; use super::A;"),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
