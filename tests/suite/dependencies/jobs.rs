//! Jobs: the dependency graph outside a request.

use fastrs::prelude::*;

use crate::journal::{Journal, journal, told};

#[dependency(scope = "app")]
async fn store(#[depends(journal)] journal: &Journal, lend: Yield<String>) {
    let (name, _) = lend.until_done("store".to_owned()).await;
    journal.write(format!("{name} closed"));
}

#[dependency]
async fn transaction(
    #[depends(store)] store: String,
    #[depends(journal)] journal: &Journal,
    lend: Yield<Vec<u32>>,
) -> Result<()> {
    journal.write(format!("begun in {store}"));
    let (rows, outcome) = lend.until_done(vec![1]).await;
    journal.write(format!("{rows:?}: {}", told(&outcome)));
    match rows.len() {
        0 => Err(HttpError::new(409, "nothing to commit")),
        _ => Ok(()),
    }
}

#[dependency]
async fn tasks(tasks: BackgroundTasks, #[depends(journal)] journal: Journal) -> u8 {
    tasks.add(async move { journal.write("mail sent") });
    0
}

#[fastrs::job]
async fn nightly(
    #[depends(transaction)] rows: &mut Vec<u32>,
    #[depends(tasks)] _tasks: u8,
) -> Result<usize> {
    rows.push(2);
    Ok(rows.len())
}

#[fastrs::job]
async fn failing(
    #[depends(transaction)] rows: &mut Vec<u32>,
    #[depends(tasks)] _tasks: u8,
) -> Result<()> {
    rows.push(3);
    Err(HttpError::new(418, "cannot"))
}

#[fastrs::job]
async fn panicking(#[depends(transaction)] _rows: &mut Vec<u32>) {
    panic!("cannot go on")
}

#[fastrs::job]
async fn emptying(#[depends(transaction)] rows: &mut Vec<u32>) {
    rows.clear();
}

fn app() -> (App, Journal) {
    let notes = Journal::new();
    (
        App::new("Jobs", "1").provide::<journal>(notes.clone()),
        notes,
    )
}

#[tokio::test]
async fn a_job_has_its_dependencies_their_exits_and_the_apps_values() {
    let (app, notes) = app();
    assert_eq!(app.run::<nightly>().await.unwrap(), 2);
    assert_eq!(
        notes.take(),
        [
            "begun in store",
            "[1, 2]: success",
            "mail sent",
            "store closed"
        ]
    );
}

#[tokio::test]
async fn a_failed_job_is_passed_to_the_exits_and_runs_no_tasks() {
    let (app, notes) = app();
    let error = app.run::<failing>().await.unwrap_err();
    assert_eq!(
        (error.status().as_u16(), error.detail()),
        (418, &json!("cannot"))
    );
    assert_eq!(
        notes.take(),
        ["begun in store", "[1, 3]: 418", "store closed"]
    );

    let (app, notes) = self::app();
    assert_eq!(app.run::<panicking>().await.unwrap_err().status(), 500);
    assert_eq!(
        notes.take(),
        ["begun in store", "[1]: panic", "store closed"]
    );
}

#[tokio::test]
async fn a_failed_exit_is_the_result_of_the_job() {
    let (app, notes) = app();
    let error = app.run::<emptying>().await.unwrap_err();
    assert_eq!(error.detail(), "nothing to commit");
    assert_eq!(
        notes.take(),
        ["begun in store", "[]: success", "store closed"]
    );
}

#[tokio::test]
async fn a_job_does_not_run_without_what_the_app_needs() {
    #[dependency(scope = "app")]
    async fn region() -> String;

    #[fastrs::job]
    async fn regional(#[depends(region)] region: &String) -> Result<String> {
        Ok(region.clone())
    }

    let error = app().0.run::<regional>().await.unwrap_err();
    assert_eq!(error.status(), 500);
    assert!(
        error
            .to_string()
            .contains("the dependency `region` has no value"),
        "{error}"
    );
}
