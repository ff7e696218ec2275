//! tests: the server in process, and over real connections where time and bytes on the wire matter.
mod connections;
mod damage;
mod gate;
mod hostile;
mod idle;
mod pages;
mod published;
mod removed;
mod republish;
mod runs;
mod site;
mod trace;
mod webhook;
