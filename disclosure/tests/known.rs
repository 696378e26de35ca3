//! Publications whose weak points are known from the literature, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use disclosure::{
    Audit, Cell, Dominance, Fault, GroupRule, Hierarchy, Knowledge, Narrow, Publication, Recovered, Relation, Rules,
    Status, Tables, audit, audit_with, protect,
};
use std::collections::BTreeMap;

fn codes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, code)| ((*name).to_owned(), (*code).to_owned())).collect()
}

fn relation(total: usize, parts: &[usize]) -> Relation {
    Relation { total, parts: parts.to_vec() }
}

fn counts(values: &[u64]) -> Vec<Cell> {
    values.iter().copied().map(Cell::count).collect()
}

/// The threshold alone, without intervals: what linear algebra decides.
fn linear(threshold: u64) -> Rules {
    Rules { width: 1, lone_contributors_know: false, ..Rules::threshold(threshold) }
}

fn attacked(publication: &Publication, rules: &Rules, hidden: &[usize]) -> Audit {
    let sensitive = rules.sensitive(publication).unwrap();
    let hidden: Vec<bool> = (0..publication.cells().len()).map(|cell| hidden.contains(&cell)).collect();
    audit(publication, &sensitive, &hidden, rules.knowledge())
}

/// github.com/sdcTools/UserSupport, issue 136: eight regions in two counties and in two groups. Numbers up to 3 are hidden.
fn regions() -> (Publication, BTreeMap<String, usize>) {
    let county = [("A", "county-1"), ("B", "county-1"), ("I", "county-1"), ("J", "county-1")];
    let other = [("K", "county-2"), ("L", "county-2"), ("M", "county-2"), ("N", "county-2")];
    let roots = |names: [&'static str; 2]| names.into_iter().map(|name| (name, disclosure::TOTAL));
    let by_county = Hierarchy::new(county.into_iter().chain(other).chain(roots(["county-1", "county-2"])));
    let group = |region: &'static str| (region, if matches!(region, "L" | "M") { "BIG" } else { "small" });
    let by_group =
        Hierarchy::new(["A", "B", "I", "J", "K", "L", "M", "N"].map(group).into_iter().chain(roots(["BIG", "small"])));
    let mut tables = Tables::new([("region".to_owned(), vec![by_county, by_group])]);
    let mut places = BTreeMap::new();
    for (code, count) in [
        ("A", 2),
        ("B", 2),
        ("I", 8),
        ("J", 8),
        ("K", 3),
        ("L", 3),
        ("M", 3),
        ("N", 7),
        ("county-1", 20),
        ("county-2", 16),
        ("BIG", 6),
        ("small", 30),
        ("", 36),
    ] {
        let place = tables.add("people", &codes(&[("region", code)]), Cell::count(count)).unwrap();
        places.insert(code.to_owned(), place);
    }
    (tables.publication(|_| true).unwrap().0, places)
}

#[test]
fn two_tables_that_are_safe_alone_give_a_cell_away_together() {
    let (publication, places) = regions();
    let hidden: Vec<usize> = ["A", "B", "K", "L", "M"].iter().map(|code| places[*code]).collect();
    let found = attacked(&publication, &linear(4), &hidden);
    // county-1 gives A + B, and with it the group "small" gives K.
    assert_eq!(found.recovered, [Recovered { cell: places["K"], by: None }]);
    // Alone each table is safe: with the totals of the other unknown nothing follows.
    for others in [["BIG", "small"], ["county-1", "county-2"]] {
        let more: Vec<usize> = hidden.iter().copied().chain(others.iter().map(|code| places[*code])).collect();
        assert!(attacked(&publication, &linear(4), &more).recovered.is_empty(), "{others:?}");
    }
    let done = protect(&publication, &linear(4)).unwrap();
    let secondary: Vec<usize> = (0..13).filter(|cell| done.status[*cell] == Status::Secondary).collect();
    assert_eq!(secondary, [places["N"]], "one more closes it");
    assert!(done.audit.is_safe());
}

/// The linked tables of the vignette of R's package GaussSuppression: age, union and year crossed; country and year crossed.
fn countries() -> Publication {
    let rows = [
        ("young", "Spain", "2014", 6),
        ("young", "Iceland", "2014", 8),
        ("old", "Spain", "2014", 9),
        ("old", "Portugal", "2014", 1),
        ("young", "Iceland", "2015", 2),
        ("old", "Spain", "2015", 4),
        ("old", "Portugal", "2015", 3),
        ("young", "Spain", "2016", 7),
        ("young", "Iceland", "2016", 2),
        ("young", "Portugal", "2016", 2),
    ];
    let place = Hierarchy::new([
        ("Spain", "EU"),
        ("Portugal", "EU"),
        ("Iceland", "nonEU"),
        ("EU", disclosure::TOTAL),
        ("nonEU", disclosure::TOTAL),
    ]);
    let mut tables = Tables::new([
        ("age".to_owned(), vec![Hierarchy::flat(["young", "old"])]),
        ("place".to_owned(), vec![place]),
        ("year".to_owned(), vec![Hierarchy::flat(["2014", "2015", "2016"])]),
    ]);
    let union = |country: &str| if country == "Iceland" { "nonEU" } else { "EU" };
    let mut sums: BTreeMap<BTreeMap<String, String>, u64> = BTreeMap::new();
    for (age, country, year, count) in rows {
        for age in [age, ""] {
            for year in [year, ""] {
                for place in [union(country), ""] {
                    *sums.entry(codes(&[("age", age), ("place", place), ("year", year)])).or_default() += count;
                }
            }
        }
        for year in [year, ""] {
            *sums.entry(codes(&[("place", country), ("year", year)])).or_default() += count;
        }
    }
    for (codes, count) in sums {
        tables.add("people", &codes, Cell::count(count)).unwrap();
    }
    tables.publication(|_| true).unwrap().0
}

#[test]
fn the_linked_tables_of_the_vignette_are_protected_together() {
    let publication = countries();
    // Ones and twos are small.
    let rules = linear(3);
    let sensitive = rules.sensitive(&publication).unwrap();
    let primary: Vec<usize> = (0..sensitive.len()).filter(|cell| sensitive[*cell]).collect();
    assert!(!attacked(&publication, &rules, &primary).recovered.is_empty(), "hiding the small ones is not enough");
    let done = protect(&publication, &rules).unwrap();
    assert!(done.audit.is_safe() && done.audit.attacked == primary.len());
    // Not one of the cells hidden in addition is there for nothing.
    for needless in (0..sensitive.len()).filter(|cell| done.status[*cell] == Status::Secondary) {
        let others: Vec<usize> =
            (0..sensitive.len()).filter(|cell| *cell != needless && done.status[*cell] != Status::Free).collect();
        assert!(!attacked(&publication, &rules, &others).is_safe(), "cell {needless} could be shown");
    }
}

#[test]
fn numbers_above_zero_that_add_up_to_two_are_ones() {
    // 15 = 10 + 3 + x + x.
    let publication = Publication::new(counts(&[15, 10, 3, 1, 1]), vec![relation(0, &[1, 2, 3, 4])]).unwrap();
    let rules = Rules { lone_contributors_know: false, ..Rules::threshold(3) };
    let found = attacked(&publication, &rules, &[3, 4]);
    assert!(found.recovered.is_empty(), "no equation gives them");
    assert_eq!(found.narrow, [Narrow { cell: 3, low: 1, high: 1 }, Narrow { cell: 4, low: 1, high: 1 }]);
    let done = protect(&publication, &rules).unwrap();
    assert!(done.audit.is_safe());
    assert_eq!(done.status[2], Status::Secondary, "the smallest of the others");
}

#[test]
fn what_is_said_to_be_an_example_is_held_against_everything_published() {
    // 15 = 10 + 3 + x + x, where each x is 1.
    let publication = Publication::new(counts(&[15, 10, 3, 1, 1]), vec![relation(0, &[1, 2, 3, 4])]).unwrap();
    let rules = Rules { lone_contributors_know: false, ..Rules::threshold(3) };
    let sensitive = rules.sensitive(&publication).unwrap();
    let with = |hidden: [bool; 5], examples: &[disclosure::Example]| {
        audit_with(&publication, &sensitive[..], &hidden, rules.knowledge(), examples)
    };
    let small = [false, false, false, true, true];
    let no_sum = vec![(3, 2), (4, 2)];
    let below_one = vec![(3, 2), (4, -2)];
    let moves_what_is_shown = vec![(2, -4), (3, 2), (4, 2)];
    assert_eq!(with(small, &[no_sum, below_one, moves_what_is_shown]).narrow.len(), 2);
    let done = protect(&publication, &rules).unwrap();
    let hidden = [0, 1, 2, 3, 4].map(|cell: usize| done.status[cell] != Status::Free);
    assert!(!done.evidence.is_empty());
    let found = with(hidden, &done.evidence);
    assert_eq!((found.is_safe(), found.attacked, found.programs), (true, 2, 0));
    assert!(!with(small, &done.evidence).is_safe(), "it shows other cells hidden safe, not these");
}

#[test]
fn a_sensitive_number_that_is_shown_is_no_secret() {
    let publication = Publication::new(counts(&[50, 30, 13, 3, 4]), vec![relation(0, &[1, 2, 3, 4])]).unwrap();
    // The 4 is hidden with the 30 and the 13; the 3 is not.
    let found = attacked(&publication, &linear(5), &[1, 2, 4]);
    assert_eq!((found.attacked, found.recovered), (2, vec![Recovered { cell: 3, by: None }]));
}

#[test]
fn three_single_people_are_known_by_their_sum() {
    // 40 = 37 + 1 + 1 + 1: three unknowns in one equation, and each of them is 1.
    let publication = Publication::new(counts(&[40, 37, 1, 1, 1]), vec![relation(0, &[1, 2, 3, 4])]).unwrap();
    let rules = Rules::threshold(5);
    let found = attacked(&publication, &rules, &[2, 3, 4]);
    assert!(found.recovered.is_empty());
    assert_eq!(found.narrow.len(), 3);
    assert!(protect(&publication, &rules).unwrap().audit.is_safe());
}

#[test]
fn who_knows_his_own_number_learns_no_other() {
    // 50 = 30 + 15 + 1 + 4: whoever is the 1 sees the 4.
    let publication = Publication::new(counts(&[50, 30, 15, 1, 4]), vec![relation(0, &[1, 2, 3, 4])]).unwrap();
    let knows = Rules { width: 1, ..Rules::threshold(5) };
    assert_eq!(attacked(&publication, &knows, &[3, 4]).recovered, [Recovered { cell: 4, by: Some(3) }]);
    assert!(attacked(&publication, &linear(5), &[3, 4]).is_safe(), "nobody else does");
    let done = protect(&publication, &knows).unwrap();
    assert_eq!(done.status[2], Status::Secondary);
    assert!(done.audit.is_safe());
}

#[test]
fn that_all_of_a_group_are_alike_is_hidden_where_the_rules_say_so() {
    // Eight people, all of them in one category; beside them twenty in all three.
    let cells = counts(&[8, 8, 0, 0, 20, 7, 6, 7, 28, 15, 6, 7]);
    let relations = vec![
        relation(0, &[1, 2, 3]),
        relation(4, &[5, 6, 7]),
        relation(8, &[9, 10, 11]),
        relation(8, &[0, 4]),
        relation(9, &[1, 5]),
        relation(10, &[2, 6]),
        relation(11, &[3, 7]),
    ];
    let publication = Publication::new(cells, relations).unwrap();
    assert_eq!(protect(&publication, &Rules::threshold(5)).unwrap().hidden(&publication), 0, "no number is small");
    let rules = Rules { group: GroupRule::Hidden, ..Rules::threshold(5) };
    let done = protect(&publication, &rules).unwrap();
    assert_eq!(done.status[1], Status::Primary);
    assert!([2, 3].iter().any(|zero| done.status[*zero] == Status::Secondary), "a zero beside it: {:?}", done.status);
    assert!(done.audit.is_safe());
}

#[test]
fn an_amount_of_few_is_sensitive_by_dominance_and_by_nearness() {
    let amount =
        |value: i64, largest: &[i64]| Cell { value, contributors: 40, largest: largest.to_vec(), ..Cell::count(0) };
    let publication =
        Publication::new(vec![amount(1000, &[700, 200, 50]), amount(1000, &[300, 300, 200])], Vec::new()).unwrap();
    let rules =
        |dominance: Option<Dominance>, p_percent: Option<f64>| Rules { dominance, p_percent, ..Rules::threshold(3) };
    // 700 + 200 are 90 % of the first, 600 are 60 % of the second.
    let by_two = Some(Dominance { n: 2, k: 85.0 });
    assert_eq!(rules(by_two, None).sensitive(&publication).unwrap(), [true, false]);
    // 1000 - 900 = 100 is less than 15 % of 700 = 105; 400 is more than 15 % of 300.
    assert_eq!(rules(None, Some(15.0)).sensitive(&publication).unwrap(), [true, false]);
    assert_eq!(rules(None, Some(14.0)).sensitive(&publication).unwrap(), [false, false]);
    let few = Cell { agencies: Some(2), ..amount(1000, &[]) };
    let publication = Publication::new(vec![few], Vec::new()).unwrap();
    assert_eq!(Rules { least_agencies: 3, ..Rules::threshold(3) }.sensitive(&publication).unwrap(), [true]);
}

#[test]
fn an_amount_is_hidden_within_its_own_units() {
    // 3 people got 60.00 of 1 000.00 EUR, 20 people 30.00: that is room for four euros, and not for five hundred.
    let euros = |value: i64, contributors: u64| Cell { value: value * 100, step: 100, contributors, ..Cell::count(0) };
    let cells = vec![euros(1000, 90), euros(60, 3), euros(30, 20), euros(910, 67)];
    let publication = Publication::new(cells, vec![relation(0, &[1, 2, 3])]).unwrap();
    let secondary = |width: i64| {
        let done = protect(&publication, &Rules { width, ..Rules::threshold(5) }).unwrap();
        (0..4).filter(|cell| done.status[*cell] == Status::Secondary).collect::<Vec<_>>()
    };
    assert_eq!(secondary(4), [2]);
    assert_eq!(secondary(500), [2, 3]);
}

#[test]
fn the_complement_of_a_share_is_protected_without_being_shown() {
    // 98 of 100: two did not. Neither the share nor its numerator may be shown.
    let cells = vec![Cell::count(100), Cell::count(98), Cell::count(2).unshown()];
    let publication = Publication::new(cells, vec![relation(0, &[1, 2])]).unwrap();
    let done = protect(&publication, &Rules::threshold(5)).unwrap();
    assert_eq!(done.status, [Status::Free, Status::Secondary, Status::Primary]);
    assert_eq!(done.hidden(&publication), 1);
}

#[test]
fn what_an_earlier_edition_showed_cannot_be_hidden_any_more() {
    let mut cells = counts(&[50, 30, 17, 3]);
    cells[2] = Cell::count(17).public();
    let publication = Publication::new(cells.clone(), vec![relation(0, &[1, 2, 3])]).unwrap();
    let done = protect(&publication, &linear(5)).unwrap();
    assert_eq!(done.status[1], Status::Secondary, "17 was the cheaper, and is out already");
    cells[0] = Cell::count(50).public();
    cells[1] = Cell::count(30).public();
    let publication = Publication::new(cells, vec![relation(0, &[1, 2, 3])]).unwrap();
    assert_eq!(protect(&publication, &linear(5)), Err(Fault::Public { cell: 3 }));
}

#[test]
fn what_cannot_be_right_is_refused() {
    assert_eq!(protect(&Publication::default(), &Rules::threshold(0)), Err(Fault::NoThreshold));
    let open = Rules { allows_no_threshold: true, ..Rules::threshold(0) };
    assert!(protect(&Publication::default(), &open).is_ok());
    let disagree = Publication::new(counts(&[10, 4, 5]), vec![relation(0, &[1, 2])]);
    assert_eq!(disagree, Err(Fault::Disagree { total: 0, found: 10, sum: 9 }));
    assert_eq!(Publication::new(counts(&[1]), vec![relation(0, &[7])]), Err(Fault::NoSuchCell { cell: 7 }));
    let mut tables = Tables::new([("place".to_owned(), vec![Hierarchy::new([("a", "b"), ("c", "")])])]);
    let hole = |code: &str| Fault::Hole { dimension: "place".to_owned(), code: code.to_owned() };
    assert_eq!(tables.add("n", &codes(&[("place", "a")]), Cell::count(1)), Err(hole("a")), "its parent has no place");
    assert_eq!(tables.add("n", &codes(&[("place", "z")]), Cell::count(1)), Err(hole("z")));
    tables.add("n", &codes(&[("place", "c")]), Cell::count(1)).unwrap();
    assert!(matches!(tables.add("n", &codes(&[("place", "c")]), Cell::count(2)), Err(Fault::TwoValues { .. })));
}

#[test]
fn knowledge_follows_the_rules() {
    assert_eq!(Rules::threshold(5).knowledge(), Knowledge { least: 1, width: 4, lone_contributors_know: true });
    let group = Rules { group: GroupRule::Hidden, ..Rules::threshold(5) };
    assert_eq!(group.knowledge().least, 0, "a hidden number may be a zero then");
}

/// A total of 661 with parts of 659 and 2: something has to go with the 2, and it is what readers miss less.
#[test]
fn of_two_cells_the_one_with_less_weight_is_hidden() {
    let hidden = |weight: u64| {
        let mut cells = counts(&[661, 659, 2]);
        cells[0].weight = weight;
        let publication = Publication::new(cells, vec![relation(0, &[1, 2])]).unwrap();
        let done = protect(&publication, &linear(5)).unwrap();
        done.status.iter().map(|status| *status != Status::Free).collect::<Vec<_>>()
    };
    assert_eq!(hidden(16), [false, true, true]);
    assert_eq!(hidden(1), [false, true, true]);
    let heavy_part = {
        let mut cells = counts(&[661, 659, 2]);
        cells[1].weight = 16;
        let publication = Publication::new(cells, vec![relation(0, &[1, 2])]).unwrap();
        protect(&publication, &linear(5)).unwrap().status
    };
    assert_eq!(heavy_part, [Status::Secondary, Status::Free, Status::Primary]);
}

/// Found in a small agency: two people counted by sex and by age, where it follows from other counts that the second of the
/// one is the second of the other. Whoever is alone in the first then knows what he is in the other, and around them are zeros.
#[test]
fn where_nothing_else_is_left_zeros_are_hidden() {
    // 0: both. 1 to 3: by sex. 4 to 6: by age. 7 and 8: how many more there are of each second kind, not shown. 9: the same.
    let mut cells = counts(&[2, 1, 1, 0, 1, 1, 0]);
    cells.extend([20, 20, 21].map(|count| Cell::count(count).unshown()));
    let relations = vec![
        relation(0, &[1, 2, 3]),
        relation(0, &[4, 5, 6]),
        relation(9, &[2, 7]),
        relation(9, &[5, 8]),
        relation(7, &[8]),
    ];
    let publication = Publication::new(cells, relations).unwrap();
    let done = protect(&publication, &Rules::threshold(5)).unwrap();
    assert!(done.hides_zeros && done.audit.is_safe());
    assert!([3, 6].iter().any(|zero| done.status[*zero] == Status::Secondary), "{:?}", done.status);
    assert!(!protect(&publication, &linear(5)).unwrap().hides_zeros, "nobody knows his own number: no zero is needed");
}

/// What is out leaves only a zero to hide: that is no reason to refuse. An edition hid zeros, and the same one was then refused.
#[test]
fn a_zero_is_hidden_where_everything_else_is_known_already() {
    let cells = vec![Cell::count(5).public(), Cell::count(3).public(), Cell::count(2), Cell::count(0)];
    let publication = Publication::new(cells, vec![Relation { total: 0, parts: vec![1, 2, 3] }]).unwrap();
    let done = protect(&publication, &Rules { width: 2, ..Rules::threshold(3) }).unwrap();
    assert_eq!(done.status, [Status::Free, Status::Free, Status::Primary, Status::Secondary]);
    assert!(done.hides_zeros && done.audit.is_safe());
}
