//! Targets, runs, ledgers and reports.
