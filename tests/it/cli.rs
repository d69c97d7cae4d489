//! Behaviour common to all commands, `oms serve` as a process, and `oms schema`.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use crate::command::{Place, counts, end_of, oms};

/// Starts a server and waits for its address. Returns the process, its output so far and the port.
fn serving(command: &mut Command) -> (Child, String, u16) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    while !said.contains("/graphql") {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it stopped: {said}");
    }
    // Drains the pipe, so that the server never writes to a closed one.
    std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
    let (_, rest) = said.split_once("http://127.0.0.1:").unwrap();
    let port = rest.split_once('/').unwrap().0.parse().unwrap();
    (child, said, port)
}

fn interrupt(child: &mut Child) -> Option<i32> {
    let kill = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    child.wait().unwrap().code()
}

#[test]
fn server_creates_its_database_and_stops_on_sigint() {
    let place = Place::new();
    let (mut child, said, port) = serving(oms().args(["--port", "0", "--database"]).arg(place.database()));
    assert!(said.contains("shop.db"), "{said}");
    TcpStream::connect(("127.0.0.1", port)).unwrap();
    assert_eq!(counts(&mut place.conn()), [0; 5]);
    assert_eq!(interrupt(&mut child), Some(0));
}

#[test]
fn demo_deletes_its_temporary_database() {
    let place = Place::new();
    let folder = place.folder.path();
    let (mut child, said, _) = serving(
        oms().args(["serve", "--demo"]).env("OMS_PORT", "0").env("TMPDIR", folder).current_dir(folder),
    );
    assert!(said.contains("sample data in a temporary database"), "{said}");
    let made = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let conn = &mut oms::db::Conn::open(&made.join("demo.db").into(), oms::db::Purpose::Read).unwrap();
    assert_eq!(counts(conn)[..4], [200, 100, 100, 1_000]);
    assert_eq!(interrupt(&mut child), Some(0));
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}

#[test]
fn empty_otlp_endpoint_disables_traces() {
    let place = Place::new();
    let (mut child, ..) = serving(
        oms()
            .args(["--port", "0", "--database"])
            .arg(place.database())
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
    );
    assert_eq!(interrupt(&mut child), Some(0));
}

#[test]
fn errors_are_one_line_with_an_exit_code() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let file = place.folder.path().join("file");
    fs::write(&file, "").unwrap();
    let below_a_file = file.join("shop.db");
    let below_a_file = below_a_file.to_str().unwrap();
    let folder = place.folder.path().to_str().unwrap();
    for (arguments, code, part) in [
        (&["--database", below_a_file, "serve", "--port", "0"][..], 1, "the database cannot be opened: "),
        (&["migrate", "--database", folder], 1, "the database cannot be opened: "),
        (
            &["seed", "--database", "/nowhere/at/all.db"],
            1,
            "the database cannot be opened: /nowhere/at/all.db: ",
        ),
        (&["--port", &port, "--demo"], 1, "address already in use (choose another port with --port)"),
        (&["--host", "no.such.host.invalid", "--demo"], 1, "cannot listen on no.such.host.invalid"),
        (&["--log", "oms=loud", "--demo"], 1, "invalid log levels \"oms=loud\""),
        #[cfg(not(feature = "postgres"))]
        (&["--database", "postgres://u:secret@h/d"], 2, "this build of oms does not support PostgreSQL"),
        (&["seed", "--database", "mysql://u:secret@h/d"], 2, "mysql:// is not a supported database scheme"),
        (&["--database", ""], 2, "the path of the database is empty"),
        (&["--frobnicate"], 2, "unexpected argument '--frobnicate'"),
        (&["sell"], 2, "unrecognized subcommand 'sell'"),
        (&["seed", "--orders", "many"], 2, "invalid value 'many'"),
        (&["seed", "--products", "0"], 2, "--orders requires --customers and --products of at least 1"),
    ] {
        let said = end_of(oms().args(arguments).current_dir(place.folder.path()));
        assert_eq!((said.code, said.out.as_str()), (Some(code), ""), "{arguments:?}: {}", said.err);
        assert!(said.err.contains(part), "{arguments:?}: {}", said.err);
        assert!(!said.err.contains("panicked") && !said.err.contains("secret"), "{}", said.err);
        if code == 1 {
            assert!(said.err.starts_with("oms: "), "{}", said.err);
            assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        }
    }
}

#[test]
fn database_url_variable_selects_the_database() {
    let place = Place::new();
    let url = format!("sqlite://{}", place.database().display());
    let said = end_of(oms().args(["migrate", "up"]).env("DATABASE_URL", url));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(place.database().exists());
    let said = end_of(oms().arg("migrate").env("DATABASE_URL", "postgresql://u:secret@localhost:1/d"));
    assert_eq!(said.code, Some(if cfg!(feature = "postgres") { 1 } else { 2 }));
    assert!(!said.err.contains("secret"), "{}", said.err);
    let reason = if cfg!(feature = "postgres") { "is unavailable" } else { "PostgreSQL" };
    assert!(said.err.contains(reason), "{}", said.err);
    let said = end_of(oms().env("OMS_PORT", "everywhere").env("DATABASE_URL", place.database()));
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--port"), "{}", said.err);
}

#[test]
fn help_does_not_reveal_passwords() {
    for arguments in [&["--help"][..], &["help", "serve"], &["import", "--help"], &["--version"]] {
        let said = end_of(oms().args(arguments).env("DATABASE_URL", "postgres://u:secret@h/d"));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(!said.out.contains("secret"), "{}", said.out);
    }
}

#[test]
fn schema_is_printed_and_compared_with_a_file() {
    let place = Place::new();
    let printed = end_of(oms().arg("schema"));
    assert_eq!(printed.code, Some(0));
    assert!(printed.out.contains("type Query {"), "{}", printed.out);
    let file = place.folder.path().join("schema.graphql");
    fs::write(&file, &printed.out).unwrap();
    let same = end_of(oms().args(["schema", "--check"]).arg(&file));
    assert_eq!((same.code, same.out.as_str(), same.err.as_str()), (Some(0), "", ""));
    fs::write(&file, printed.out.replacen("type Query {", "type Queries {", 1)).unwrap();
    let other = end_of(oms().args(["schema", "--check"]).arg(&file));
    assert_eq!(other.code, Some(1));
    assert!(other.err.contains("\n- type Queries {\n+ type Query {\n"), "{}", other.err);
    let none = end_of(oms().args(["schema", "--check", "/nowhere/at/all"]));
    assert_eq!(none.code, Some(1));
    assert!(none.err.starts_with("oms: cannot read /nowhere/at/all: "), "{}", none.err);
}
