//! Regular expressions that cannot hang: a bounded machine made of each, which the loader runs.
