//! tests: the schedule through the nights when clocks change, runs through every fault and kill, the history through damage.
mod convergence;
mod history;
mod lineage;
mod schedule;
mod world;
