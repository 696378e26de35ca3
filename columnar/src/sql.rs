//! SQL over Parquet files and rows in memory: DataFusion, in this process or on a cluster.

use crate::seal::Seal;
use crate::{Fault, distinct};
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::prelude::{SessionConfig, SessionContext};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Runtime;

/// Plans are deep: threads that walk them need room.
const STACK: usize = 16 << 20;

/// Named tables, and threads to run queries over them.
pub struct Session {
    context: SessionContext,
    runtime: Runtime,
    /// Where rows in memory are written, so that other processes can read them.
    shared: Option<Shared>,
    /// What files are sealed with.
    seal: Seal,
}

/// A folder that all who work on a query see.
struct Shared {
    folder: PathBuf,
    written: AtomicU64,
}

fn failed(fault: &DataFusionError) -> Fault {
    use DataFusionError::{IoError, ObjectStore, ParquetError};
    if let IoError(_) | ObjectStore(_) | ParquetError(_) = fault.find_root() {
        return Fault::Storage(None, fault.strip_backtrace());
    }
    Fault::Query(fault.strip_backtrace())
}

impl Session {
    /// A session that knows no table yet; the files it will read are sealed with this.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn new(seal: Seal) -> Result<Self, Fault> {
        // Queries run side by side: each takes a part of the threads, and one alone counts different people once, not per part.
        let config = SessionConfig::new().with_target_partitions((threads() / 4).max(1)).with_information_schema(false);
        let mut context = SessionContext::new_with_config(config);
        distinct::install(&mut context).map_err(|fault| failed(&fault))?;
        Ok(Session { context, runtime: runtime()?, shared: None, seal })
    }

    /// A session whose queries run where a scheduler (`df://host:port`) sends them; without one, on a scheduler and
    /// two executors within this process. Rows in memory are written to a folder that all of them see.
    ///
    /// # Errors
    /// When nobody answers at the address, or no thread can be started.
    #[cfg(feature = "distributed")]
    pub fn distributed(scheduler: Option<&str>, folder: PathBuf) -> Result<Self, Fault> {
        use ballista::prelude::{SessionConfigExt, SessionContextExt};
        use datafusion::execution::SessionStateBuilder;
        let runtime = runtime()?;
        // Adaptive planning stays off: with Ballista 55.0 it counted one side of a UNION several times (the figures came out a
        // whole number of times too large) and waited for ever for an executor that was gone. `tests/all/cluster.rs` shows both.
        let config = SessionConfig::new_with_ballista()
            .with_target_partitions(threads())
            .with_information_schema(false)
            .with_ballista_adaptive_query_planner(false);
        let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
        let address = match scheduler {
            Some(address) => address.to_owned(),
            None => crate::cluster::within(&folder)?,
        };
        crate::cluster::reach(&address)?;
        let (host, port) = crate::cluster::parts(&address)?;
        let address = format!("df://{host}:{port}");
        let context = runtime.block_on(async move { SessionContext::remote_with_state(&address, state).await });
        let context = context.map_err(|fault| Fault::Cluster(fault.strip_backtrace()))?;
        let shared = Some(Shared { folder, written: AtomicU64::new(0) });
        // What others read lies open: they have no key.
        Ok(Session { context, runtime, shared, seal: Seal::none() })
    }

    /// What a query's fault is: the query's, or that of those who ran it.
    fn failed(&self, fault: &DataFusionError) -> Fault {
        use DataFusionError::{Configuration, Plan, SQL, SchemaError};
        let is_of_query = matches!(fault.find_root(), Plan(_) | SchemaError(..) | SQL(..) | Configuration(_));
        if self.shared.is_some() && !is_of_query { Fault::Cluster(fault.strip_backtrace()) } else { failed(fault) }
    }

    fn register(&self, name: &str, provider: Arc<dyn TableProvider>) -> Result<(), Fault> {
        // A name that is known gets its new meaning.
        self.context.deregister_table(name).map_err(|fault| failed(&fault))?;
        self.context.register_table(name, provider).map_err(|fault| failed(&fault))?;
        Ok(())
    }

    /// Gives a name to Parquet files with one schema.
    ///
    /// # Errors
    /// When a path is none.
    pub fn files(&self, name: &str, files: &[PathBuf], schema: &SchemaRef) -> Result<(), Fault> {
        let schema = &self.seen(schema);
        if files.is_empty() {
            let empty = vec![RecordBatch::new_empty(schema.clone())];
            // An engine elsewhere sees files alone.
            return match &self.shared {
                Some(shared) => self.files(name, &[shared.write(name, schema, &empty)?], schema),
                None => {
                    let table = MemTable::try_new(schema.clone(), vec![empty]).map_err(|fault| failed(&fault))?;
                    self.register(name, Arc::new(table))
                }
            };
        }
        let urls = files
            .iter()
            .map(|path| ListingTableUrl::parse(path.to_string_lossy()).map_err(|fault| failed(&fault)))
            .collect::<Result<Vec<_>, Fault>>()?;
        let format = ParquetFormat::default().with_options(self.seal.table_options()?);
        let options = ListingOptions::new(Arc::new(format)).with_file_extension(".parquet");
        let config =
            ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema.clone());
        let table = ListingTable::try_new(config).map_err(|fault| failed(&fault))?;
        self.register(name, Arc::new(table))
    }

    /// Gives a name to rows in memory.
    ///
    /// # Errors
    /// When there is not one batch, or they differ in columns.
    pub fn rows(&self, name: &str, rows: Vec<RecordBatch>) -> Result<(), Fault> {
        let schema = rows.first().map(RecordBatch::schema).ok_or_else(|| Fault::Query(name.to_owned()))?;
        if let Some(shared) = &self.shared {
            let path = shared.write(name, &schema, &rows)?;
            return self.files(name, &[path], &schema);
        }
        let table = MemTable::try_new(schema, vec![rows]).map_err(|fault| failed(&fault))?;
        self.register(name, Arc::new(table))
    }

    /// Gives a name to the rows of a query.
    ///
    /// # Errors
    /// When the query is broken.
    pub fn view(&self, name: &str, sql: &str) -> Result<(), Fault> {
        let frame = self.runtime.block_on(self.context.sql(sql)).map_err(|fault| self.failed(&fault))?;
        self.register(name, frame.into_view())
    }

    /// Runs a query.
    ///
    /// # Errors
    /// When the query is broken or reading fails.
    pub fn run(&self, sql: &str) -> Result<Vec<RecordBatch>, Fault> {
        let ran = self.runtime.block_on(async { self.context.sql(sql).await?.collect().await });
        ran.map_err(|fault| self.failed(&fault))
    }
}

impl Shared {
    fn write(&self, name: &str, schema: &SchemaRef, rows: &[RecordBatch]) -> Result<PathBuf, Fault> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("{name}-{number}.parquet"));
        let cannot = |fault: String| Fault::Storage(Some(path.clone()), fault);
        let file = File::create(&path).map_err(|fault| cannot(fault.to_string()))?;
        let mut writer = ArrowWriter::try_new(file, schema.clone(), None).map_err(|fault| cannot(fault.to_string()))?;
        for batch in rows {
            writer.write(batch).map_err(|fault| cannot(fault.to_string()))?;
        }
        writer.close().map_err(|fault| cannot(fault.to_string()))?;
        Ok(path)
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

pub(crate) fn runtime() -> Result<Runtime, Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads())
        .thread_stack_size(STACK)
        .enable_all()
        .build()
        .map_err(|fault| Fault::Threads(fault.to_string()))
}

impl Session {
    /// The schema as queries see it. What files code by number stays coded: DataFusion counts distinct coded texts in a
    /// twentieth of the time and memory that it takes for plain ones (measured on 3 million pairs). Not so on a cluster:
    /// what passes between its stages arrives uncoded, whatever was announced.
    fn seen(&self, schema: &SchemaRef) -> SchemaRef {
        let kind = |field: &Field| match field.data_type() {
            DataType::Dictionary(_, value) if self.shared.is_some() => value.as_ref().clone(),
            other => other.clone(),
        };
        let fields = schema.fields().iter().map(|field| Field::new(field.name(), kind(field), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}
