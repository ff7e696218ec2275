//! A small company's folder, and the binary run in it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A folder to run commands in.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// A folder with a small company in `raw` and its published snapshot in `data`.
    pub(crate) fn new() -> Self {
        let place = Self::empty();
        let story = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../tests/fixtures/stories/10-plan-change/raw/stripe");
        fs::create_dir_all(place.path("raw/stripe")).expect("a folder");
        for file in fs::read_dir(story).expect("the story") {
            let file = file.expect("an entry");
            fs::copy(file.path(), place.path("raw/stripe").join(file.file_name())).expect("a copy");
        }
        let built = place.run(&["build", "--as-of", "2026-02-20"]);
        assert!(built.status.success(), "{}", text(&built));
        place
    }

    /// A folder without anything.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("a run")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidemark"));
        command.args(arguments).current_dir(self.folder.path());
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TIDEMARK_"))
        {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn current(&self) -> String {
        fs::read_to_string(self.path("data/current")).expect("a published snapshot")
    }

    /// Runs, and expects this exit code, exactly one line of error with these words, and the published snapshot as it was.
    pub(crate) fn fails(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let before = self.current();
        let output = self.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{error}");
        let lines: Vec<&str> = error
            .lines()
            .filter(|line| line.starts_with("tidemark: "))
            .collect();
        assert_eq!(lines.len(), 1, "{error}");
        for word in words {
            assert!(lines[0].contains(word), "{:?} lacks {word:?}", lines[0]);
        }
        assert!(!error.contains("panicked"), "{error}");
        assert_eq!(self.current(), before);
    }
}

/// What a command printed, all of it.
pub(crate) fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Builds the company on the day its story ends.
pub(crate) const BUILD: [&str; 3] = ["build", "--as-of", "2026-02-20"];

/// A process that ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended by itself needs no kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server; gives it and its address.
pub(crate) fn serve(command: &mut Command) -> (Running, String) {
    let mut server = Running(command.stdout(Stdio::piped()).spawn().expect("a server"));
    let stdout = server.0.stdout.take().expect("its output");
    let url = BufReader::new(stdout).lines().find_map(|line| {
        let line = line.expect("text");
        let mut words = line.split_whitespace();
        words
            .find(|word| word.starts_with("http://"))
            .map(str::to_owned)
    });
    (server, url.expect("its address"))
}

/// The server's answer to a request, head and body as they came.
pub(crate) fn get(address: &str, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    answer
}
