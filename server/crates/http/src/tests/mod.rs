//! tests: the server in process, and over real connections where time and bytes on the wire matter.
mod connections;
mod damage;
mod hostile;
mod pages;
mod published;
mod removed;
mod runs;
mod site;
mod webhook;
