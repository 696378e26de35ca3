//! One machine or many, one answer: the same lake computed in this process, on a cluster within it, and on one of several
//! processes. Without the feature `distributed` there is only the refusal to see.

use super::harness::{Ended, parcours, sample};
use std::ffi::{OsStr, OsString};
use std::path::Path;

fn compute(project: &Path, options: &[&str]) -> Ended {
    let options = options.iter().map(OsString::from);
    parcours([OsString::from("compute"), project.into()].into_iter().chain(options))
}

#[cfg(not(feature = "distributed"))]
#[test]
fn a_program_without_a_cluster_says_how_to_build_one() {
    let project = sample(&["63023-eupen"]);
    assert!(parcours([OsStr::new("collect"), project.path().as_os_str()]).code <= 1);
    let ended = compute(project.path(), &["--engine", "ballista"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("--features distributed"), "{ended:?}");
    assert!(!project.path().join("out/indicators.csv").exists());
}

#[cfg(feature = "distributed")]
mod built {
    use super::super::harness::{contents, copy, finished, indicators};
    use super::*;
    use std::fs;
    use std::net::TcpListener;
    use std::process::{Child, Command, Output, Stdio};
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use std::time::{Duration, Instant};
    use tempfile::TempDir;

    /// A process that ends with the test.
    struct Process(Child);

    impl Process {
        /// A server of this program that listens at a port of this machine. Between the look for a port and its use somebody
        /// else may take it: then the process ends, and another port is tried.
        fn listening(what: &[&str]) -> (Process, String) {
            for _ in 0..5 {
                let port = free_port();
                let bind = format!("127.0.0.1:{port}");
                let mut process = Process::new(what, &bind);
                if process.answers(port) {
                    return (process, bind);
                }
            }
            panic!("cluster {what:?} does not start");
        }

        fn new(what: &[&str], bind: &str) -> Process {
            let program = env!("CARGO_BIN_EXE_parcours");
            let mut command = Command::new(program);
            command.arg("cluster").args(what).args(["--bind", bind]).stdout(Stdio::null());
            Process(command.spawn().unwrap())
        }

        /// Whether it came to listen; false where it ended.
        fn answers(&mut self, port: u16) -> bool {
            let since = Instant::now();
            while self.0.try_wait().unwrap().is_none() {
                if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return true;
                }
                assert!(since.elapsed() < Duration::from_secs(120), "nobody listens at {port}");
                std::thread::sleep(Duration::from_millis(50));
            }
            false
        }
    }

    impl Drop for Process {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// A scheduler and executors on this machine.
    struct Cluster {
        address: String,
        executors: Vec<Process>,
        scheduler: Option<Process>,
    }

    /// A port that nobody has, with one more after it.
    fn free_port() -> u16 {
        loop {
            let first = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = first.local_addr().unwrap().port();
            if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
                return port;
            }
        }
    }

    impl Cluster {
        fn of(executors: usize) -> Cluster {
            let (scheduler, at) = Process::listening(&["scheduler"]);
            let address = format!("df://{at}");
            let executor = |_| Process::listening(&["executor", "--scheduler", &address]).0;
            let executors = (0..executors).map(executor).collect();
            Cluster { address, executors, scheduler: Some(scheduler) }
        }
    }

    /// Clusters are many threads and ports: one at a time.
    fn alone() -> MutexGuard<'static, ()> {
        static TURN: Mutex<()> = Mutex::new(());
        TURN.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lake of the finished sample, without results.
    fn lake_only() -> TempDir {
        let (finished, _) = finished();
        let folder = sample(&[]);
        copy(&finished.path().join("lake"), &folder.path().join("lake"));
        folder
    }

    fn nothing_is_left(project: &Path) {
        let left: Vec<_> = contents(&project.join("out")).into_keys().collect();
        let strange = left.iter().filter(|path| path.to_string_lossy().starts_with('.'));
        assert_eq!(strange.count(), 0, "{left:?}");
    }

    #[test]
    fn a_cluster_of_processes_gives_the_bytes_of_one_process() {
        let _turn = alone();
        let expected = indicators(finished().0.path());
        let project = lake_only();
        let cluster = Cluster::of(2);
        let ended = compute(project.path(), &["--engine", "ballista", "--scheduler", &cluster.address]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(indicators(project.path()) == expected, "the cluster gives other figures");
        nothing_is_left(project.path());
    }

    #[test]
    fn a_cluster_within_the_process_gives_the_same_bytes() {
        let _turn = alone();
        let expected = indicators(finished().0.path());
        let project = lake_only();
        let ended = compute(project.path(), &["--engine", "ballista"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(indicators(project.path()) == expected, "the cluster gives other figures");
    }

    /// Figures asked of a cluster of which a part ends while it works, and what came of it.
    fn after_a_loss(project: &Path, loss: impl FnOnce(&mut Cluster)) -> Output {
        fs::create_dir_all(project.join("out")).unwrap();
        fs::write(project.join("out/indicators.csv"), "as it was\n").unwrap();
        let mut cluster = Cluster::of(2);
        let program = env!("CARGO_BIN_EXE_parcours");
        let asked = [OsStr::new("compute"), project.as_os_str(), OsStr::new("--engine"), OsStr::new("ballista")];
        let mut command = Command::new(program);
        command.args(asked).args(["--scheduler", &cluster.address]).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(1_500));
        loss(&mut cluster);
        let ended = child.wait_with_output().unwrap();
        nothing_is_left(project);
        ended
    }

    fn refused(project: &Path, ended: &Output) {
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(4), "{said}");
        assert!(said.contains("the cluster did not do its work"), "{said}");
        assert_eq!(indicators(project), "as it was\n");
    }

    #[test]
    fn an_executor_that_is_killed_costs_time_and_no_figure() {
        let _turn = alone();
        let expected = indicators(finished().0.path());
        let project = lake_only();
        let ended = after_a_loss(project.path(), |cluster| drop(cluster.executors.pop()));
        match ended.status.code() {
            Some(0) => assert!(indicators(project.path()) == expected, "an answer after the loss is another one"),
            _ => refused(project.path(), &ended),
        }
    }

    #[test]
    fn a_cluster_without_executors_is_told_and_what_was_there_stays() {
        let _turn = alone();
        finished();
        let project = lake_only();
        let ended = after_a_loss(project.path(), |cluster| cluster.executors.clear());
        refused(project.path(), &ended);
    }

    #[test]
    fn a_scheduler_that_is_killed_is_told_and_what_was_there_stays() {
        let _turn = alone();
        finished();
        let project = lake_only();
        let ended = after_a_loss(project.path(), |cluster| drop(cluster.scheduler.take()));
        refused(project.path(), &ended);
    }

    #[test]
    fn a_scheduler_that_does_not_answer_is_named_and_nothing_is_written() {
        let project = lake_only();
        let address = format!("df://127.0.0.1:{}", free_port());
        for bad in [address.as_str(), "df://", "here"] {
            let ended = compute(project.path(), &["--engine", "ballista", "--scheduler", bad]);
            assert_eq!(ended.code, 4, "{ended:?}");
            assert!(ended.stderr.contains(bad), "{ended:?}");
        }
        assert!(!project.path().join("out/indicators.csv").exists());
        nothing_is_left(project.path());
    }
}
