//! Has the binary rebuilt when the app's files change, which are embedded in it, and names the
//! platform it is built for.

fn main() {
    println!("cargo:rerun-if-changed=../app/dist");
    println!("cargo:rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    // No name that begins with TIDEMARK_: cargo sets it for tests as well, where such a name is a setting.
    println!("cargo:rustc-env=TARGET_OF_BUILD={target}");
}
