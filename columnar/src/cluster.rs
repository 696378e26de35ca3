//! The same SQL on many machines: Ballista's scheduler and executors, in this program and of its version.
//!
//! A scheduler hands out the stages of a query, executors run them. All of them see the same files under the same paths.
//! None of them asks who is there: they belong on a loopback address or a private network.

use crate::Fault;
use crate::sql::runtime;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Seconds between two signs of life of an executor, and after which one that gave none is given up.
const SIGN_OF_LIFE: u64 = 2;
const GIVEN_UP: u64 = 10;
/// How long a scheduler may take to answer at all.
const ANSWER: Duration = Duration::from_secs(5);
/// How long a server within this process may take to start.
const STARTED: Duration = Duration::from_secs(60);
/// How often a cluster within the process looks for other ports when somebody was quicker.
const ATTEMPTS: usize = 5;

/// An executor.
#[derive(Debug, Clone)]
pub struct Worker {
    /// The scheduler's address, `host:port`.
    pub scheduler: String,
    /// Own address for results; the next port is used too.
    pub bind: SocketAddr,
    /// Tasks at one time.
    pub cores: usize,
    /// Folder for what passes between stages.
    pub folder: PathBuf,
}

/// Hands out work at an address until the process ends.
///
/// # Errors
/// When the address cannot be taken.
pub fn schedule(bind: SocketAddr) -> Result<(), Fault> {
    let config = SchedulerConfig {
        bind_host: bind.ip().to_string(),
        external_host: bind.ip().to_string(),
        bind_port: bind.port(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        executor_timeout_seconds: GIVEN_UP,
        expire_dead_executor_interval_seconds: SIGN_OF_LIFE,
        no_executors_grace_period_seconds: GIVEN_UP,
        ..SchedulerConfig::default()
    };
    runtime()?.block_on(async {
        let cluster = BallistaCluster::new_from_config(&config).await.map_err(|fault| failed(&fault))?;
        start_server(cluster, bind, Arc::new(config)).await.map_err(|fault| failed(&fault))
    })
}

/// Works for a scheduler until the process ends.
///
/// # Errors
/// When the scheduler does not answer or an address cannot be taken.
pub fn work(worker: &Worker) -> Result<(), Fault> {
    reach(&worker.scheduler)?;
    let (host, port) = parts(&worker.scheduler)?;
    let next = worker.bind.port().checked_add(1).ok_or_else(|| Fault::Cluster(worker.bind.to_string()))?;
    let config = ExecutorProcessConfig {
        bind_host: worker.bind.ip().to_string(),
        external_host: Some(worker.bind.ip().to_string()),
        port: worker.bind.port(),
        grpc_port: next,
        scheduler_host: host,
        scheduler_port: port,
        scheduler_connect_timeout_seconds: 10,
        vcores: worker.cores.max(1),
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(worker.folder.to_string_lossy().into_owned()),
        executor_heartbeat_interval_seconds: SIGN_OF_LIFE,
        ..ExecutorProcessConfig::default()
    };
    runtime()?.block_on(start_executor_process(Arc::new(config))).map_err(|fault| failed(&fault))
}

/// A cluster within this process: a scheduler and two executors on ports that nobody has, until the process ends. It takes
/// the same way as one of several processes; Ballista's own (`standalone`) waits for ever for some queries with a UNION.
pub(crate) fn within(folder: &Path) -> Result<String, Fault> {
    let scheduler = on_free_port(|bind| std::thread::spawn(move || schedule(bind)))?.to_string();
    for number in 0..2 {
        let folder = folder.join(format!("stages-{number}"));
        std::fs::create_dir_all(&folder).map_err(|fault| Fault::Storage(Some(folder.clone()), fault.to_string()))?;
        on_free_port(|bind| {
            let worker = Worker { scheduler: scheduler.clone(), bind, cores: 1, folder: folder.clone() };
            std::thread::spawn(move || work(&worker))
        })?;
    }
    Ok(scheduler)
}

/// Starts a server on a port that nobody has, and waits until it answers. Between the look for a port and its use another
/// process may take it: then the server ends at once, and another port is tried.
fn on_free_port(start: impl Fn(SocketAddr) -> JoinHandle<Result<(), Fault>>) -> Result<SocketAddr, Fault> {
    let mut last = Fault::Cluster(String::new());
    for _ in 0..ATTEMPTS {
        let bind = free_port()?;
        let server = start(bind);
        let since = Instant::now();
        while !server.is_finished() {
            if reach(&bind.to_string()).is_ok() {
                return Ok(bind);
            }
            if since.elapsed() > STARTED {
                return Err(Fault::Unreachable(bind.to_string()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        if let Ok(Err(fault)) = server.join() {
            last = fault;
        }
    }
    Err(last)
}

/// A port of this machine that is free, with the one after it.
fn free_port() -> Result<SocketAddr, Fault> {
    let no_port = |fault: std::io::Error| Fault::Cluster(fault.to_string());
    loop {
        let first = TcpListener::bind("127.0.0.1:0").map_err(no_port)?;
        let address = first.local_addr().map_err(no_port)?;
        let next = address.port().checked_add(1);
        if next.is_some_and(|next| TcpListener::bind((address.ip(), next)).is_ok()) {
            return Ok(address);
        }
    }
}

fn failed(fault: &ballista_core::error::BallistaError) -> Fault {
    Fault::Cluster(fault.to_string())
}

/// `host:port` without what may stand around it (`df://host:port/`).
pub(crate) fn parts(address: &str) -> Result<(String, u16), Fault> {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/');
    let parts = bare.rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
    parts.filter(|(host, _)| !host.is_empty()).ok_or_else(|| Fault::Unreachable(address.to_owned()))
}

/// Whether anybody answers at an address: a query would wait for its answer much longer.
pub(crate) fn reach(address: &str) -> Result<(), Fault> {
    let (host, port) = parts(address)?;
    let nobody = || Fault::Unreachable(address.to_owned());
    let mut found = (host.as_str(), port).to_socket_addrs().map_err(|_| nobody())?;
    found.find_map(|one| TcpStream::connect_timeout(&one, ANSWER).ok()).map(drop).ok_or_else(nobody)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        let good = Ok(("127.0.0.1".to_owned(), 50_050));
        assert_eq!(parts("df://127.0.0.1:50050"), good);
        assert_eq!(parts("127.0.0.1:50050"), good);
        for bad in ["", "127.0.0.1", "df://127.0.0.1", ":50050", "host:many", "host:99999"] {
            assert_eq!(parts(bad), Err(Fault::Unreachable(bad.to_owned())), "{bad}");
        }
    }
}
