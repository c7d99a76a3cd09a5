//! A Rust file as the house rules see it: which module it is, and every path it names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

pub struct Source {
    /// Relative to the project's root, as in `src/ledger/writer.rs`.
    pub path: String,
    pub text: String,
    /// The module's path in its crate; the crate's root is empty.
    pub module: Vec<String>,
    /// Every path the file names, the crate's own from its root on (`crate`, `ledger`, `Ledger`).
    pub names: BTreeSet<Vec<String>>,
    /// What it hands on with `pub use`, the same way.
    pub reexports: BTreeSet<Vec<String>>,
    pub awaits: bool,
}

impl Source {
    pub fn read(path: &str, text: String) -> Self {
        let tree = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let module = module_of(path);
        let children = tree.items.iter().filter_map(|item| match item {
            syn::Item::Mod(child) => Some(child.ident.to_string()),
            _ => None,
        });
        let mut names = Names { module: module.clone(), children: children.collect(), ..Names::default() };
        names.visit_file(&tree);
        Self {
            path: path.to_owned(),
            text,
            module,
            names: names.found,
            reexports: names.reexports,
            awaits: names.awaits,
        }
    }

    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// The folder or file directly under `src/`: the unit between which arrows go.
    pub fn room(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    /// Whether it names `path` (as in `std::env`) or something below it.
    pub fn mentions(&self, path: &str) -> bool {
        let wanted: Vec<&str> = path.split("::").collect();
        self.names
            .iter()
            .any(|name| name.len() >= wanted.len() && name.iter().zip(&wanted).all(|(a, b)| a == b))
    }
}

fn module_of(path: &str) -> Vec<String> {
    let inner = path.split_once("src/").map_or(path, |(_, inner)| inner);
    let parts = inner.trim_end_matches(".rs").split('/').map(str::to_owned);
    parts.filter(|part| !matches!(part.as_str(), "mod" | "lib" | "main")).collect()
}

#[derive(Default)]
struct Names {
    module: Vec<String>,
    children: BTreeSet<String>,
    found: BTreeSet<Vec<String>>,
    reexports: BTreeSet<Vec<String>>,
    awaits: bool,
}

impl Names {
    /// The path from the crate's root, for `crate::`, `self::`, `super::` and a child's own name.
    fn resolve(&self, path: &[String]) -> Vec<String> {
        let mut base = vec!["crate".to_owned()];
        let first = path.first().map_or("", String::as_str);
        let ups = path.iter().take_while(|part| *part == "super").count();
        let rest = match first {
            "crate" => return path.to_vec(),
            "countersign" => &path[1..],
            "self" => {
                base.extend(self.module.clone());
                &path[1..]
            }
            "super" => {
                let kept = self.module.len().saturating_sub(ups);
                base.extend(self.module[..kept].iter().cloned());
                &path[ups..]
            }
            child if self.children.contains(child) => {
                base.extend(self.module.clone());
                path
            }
            _ => return path.to_vec(),
        };
        base.extend(rest.iter().cloned());
        base
    }

    fn leaves(prefix: &mut Vec<String>, tree: &syn::UseTree, into: &mut Vec<Vec<String>>) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                Self::leaves(prefix, &path.tree, into);
                prefix.pop();
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|item| Self::leaves(prefix, item, into))
            }
            syn::UseTree::Glob(_) => into.push(prefix.clone()),
            syn::UseTree::Name(syn::UseName { ident })
            | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                let mut leaf = prefix.clone();
                if ident != "self" {
                    leaf.push(ident.to_string());
                }
                into.push(leaf);
            }
        }
    }
}

impl<'a> Visit<'a> for Names {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        let mut leaves = Vec::new();
        Self::leaves(&mut Vec::new(), &item.tree, &mut leaves);
        let public = !matches!(item.vis, syn::Visibility::Inherited);
        for leaf in leaves {
            let name = self.resolve(&leaf);
            if public {
                self.reexports.insert(name)
            } else {
                self.found.insert(name)
            };
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        let name = self.resolve(&parts);
        self.found.insert(name);
        visit::visit_path(self, path);
    }

    fn visit_signature(&mut self, signature: &'a syn::Signature) {
        self.awaits |= signature.asyncness.is_some();
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, expression: &'a syn::ExprAsync) {
        self.awaits = true;
        visit::visit_expr_async(self, expression);
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below the folders, in the order of their names.
pub fn below(folders: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    folders.iter().for_each(|folder| walk(&root().join(folder), &mut paths));
    paths.sort();
    let relative = |path: &PathBuf| path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    paths.iter().map(|path| Source::read(&relative(path), std::fs::read_to_string(path).unwrap())).collect()
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}
