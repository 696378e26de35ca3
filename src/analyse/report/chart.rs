//! Charts of a report: what the definition says, tied to the columns of a table.

use super::Builder;
use super::definition::{ChartDefinition, TableDefinition};
use crate::analyse::observation::Dimensions;
use crate::error::Result;
use crate::model::result::{Cell, Chart, ChartKind, ChartScale, Row, Table};

impl Builder<'_> {
    /// The charts of a table; none where it has no row but a total.
    pub(super) fn charts(
        &self,
        definition: &TableDefinition,
        table: &Table,
        shared: &Dimensions,
    ) -> Result<Vec<Chart>> {
        if table.rows.iter().all(|row| row.is_total) {
            return Ok(Vec::new());
        }
        let mut charts = Vec::new();
        for (position, chart) in definition.chart.all().iter().enumerate() {
            let (title, kind) = self.kind(chart, table, shared);
            let drawn = kind.columns();
            let mut keys = drawn.needed.into_iter().chain(drawn.more).chain(drawn.remark).chain([drawn.label]);
            let unknown = keys.find(|key| table.column(key).is_none());
            if let Some(key) = unknown {
                return Err(self.refused("report-unknown-column", key));
            }
            drop(keys);
            // One of several tables: the chart says, as its table does, which instrument and whose eyes it shows.
            let suffix = |language: crate::model::Language, title: &str| {
                let base = definition.title.get(language);
                table
                    .title
                    .get(language)
                    .strip_prefix(base)
                    .map_or_else(|| title.to_owned(), |rest| format!("{title}{rest}"))
            };
            let title = title.map(suffix);
            let id = if position == 0 {
                format!("chart-{}", table.id)
            } else {
                format!("chart-{}-{}", table.id, position + 1)
            };
            charts.push(Chart { id, title, table: table.id.clone(), kind });
        }
        Ok(charts)
    }

    fn kind<'d>(
        &self,
        chart: &'d ChartDefinition,
        table: &Table,
        shared: &Dimensions,
    ) -> (&'d crate::model::LocalText, ChartKind) {
        let label = table.columns.first().map(|column| column.key.clone()).unwrap_or_default();
        let pair = |keys: &Option<[String; 2]>| keys.as_ref().map(|[low, high]| (low.clone(), high.clone()));
        match chart {
            ChartDefinition::Dumbbell { title, before, after, interval } => (
                title,
                ChartKind::Dumbbell {
                    label,
                    before: before.clone(),
                    after: after.clone(),
                    interval: pair(interval),
                    scale: self.scale(shared),
                },
            ),
            ChartDefinition::Stacked { title, parts, cases } => {
                (title, ChartKind::Stacked { label, parts: parts.clone(), cases: cases.clone() })
            }
            ChartDefinition::Trajectory { title, times } => {
                let times =
                    times.iter().map(|[time, level, cases]| (time.clone(), level.clone(), cases.clone())).collect();
                (title, ChartKind::Trajectory { label, times, scale: self.scale(shared) })
            }
            ChartDefinition::Series { title, value, interval, remark } => (
                title,
                ChartKind::Series { label, value: value.clone(), interval: pair(interval), remark: remark.clone() },
            ),
            ChartDefinition::Funnel { title, steps } => (title, ChartKind::Funnel { label, steps: steps.clone() }),
            ChartDefinition::Bullet { title, realised, target, label, direction } => (
                title,
                ChartKind::Bullet {
                    label: label.clone(),
                    realised: realised.clone(),
                    target: target.clone(),
                    direction: direction.clone(),
                },
            ),
            ChartDefinition::Bars { title, value } => (title, ChartKind::Bars { label, value: value.clone() }),
            ChartDefinition::Tiles { title, value } => {
                (title, ChartKind::Tiles { label, value: value.clone(), places: self.places(table) })
            }
            ChartDefinition::Spread { title, marks } => (title, ChartKind::Spread { label, marks: marks.clone() }),
            ChartDefinition::Limits { title, size, value, limits } => {
                (title, ChartKind::Limits { label, size: size.clone(), value: value.clone(), limits: limits.clone() })
            }
        }
    }

    /// Where the tile of each row lies: rows are known by the name of their province.
    fn places(&self, table: &Table) -> Vec<Option<(u8, u8)>> {
        let areas = &self.catalogue.areas;
        let place = |row: &Row| {
            let Some(Cell::Label(name)) = row.cells.first() else { return None };
            let (code, _) = areas.provinces.iter().find(|(_, known)| *known == name)?;
            areas.tiles.get(code).copied()
        };
        table.rows.iter().map(place).collect()
    }

    /// The scale of the instrument whose domains the table shows: from the lowest to the highest of its domains.
    fn scale(&self, shared: &Dimensions) -> ChartScale {
        let scales =
            shared.get("instrument").and_then(|id| self.catalogue.instrument(id)).map(|own| own.scales.as_slice());
        let scales = scales.unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "levels of a scale are small")]
        let points =
            |hundredths: Option<i64>, else_points: f64| hundredths.map_or(else_points, |level| level as f64 / 100.0);
        ChartScale {
            low: points(scales.iter().map(|scale| scale.lowest).min(), 0.0),
            high: points(scales.iter().map(|scale| scale.highest).max(), 10.0),
            higher_is_better: scales.first().is_none_or(|scale| scale.higher_is_better),
        }
    }
}
