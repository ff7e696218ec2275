//! Has the binary rebuilt when the app's files change: they are embedded in it.

fn main() {
    println!("cargo:rerun-if-changed=../app/dist");
    println!("cargo:rerun-if-changed=build.rs");
}
