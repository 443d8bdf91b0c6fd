// SPDX-License-Identifier: GPL-3.0-or-later
//! What is played: a host, two remote campaigns and a stranger with another MekHQ.
//!
//! Names and dates come from the saves by way of what the companions say, so that the play does not repeat the samples.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Theatre;
use super::stage::{Actor, Stage};

const LOOPBACK: &str = "127.0.0.1";
const CLEAN: i32 = 0;
const REFUSED: i32 = 4;

/// A campaign on the stage.
struct Player {
    actor: Actor,
    campaign: String,
}

/// Plays all scenes and says how many there were.
pub fn play(theatre: &Theatre, stage: &mut Stage) -> Result<usize> {
    title("A campaign hosts a session");
    let (host, invitation) = host(theatre, stage)?;
    title("Two campaigns join it by its invitation, one with an old save, one with a gzipped one");
    let first = join(theatre, stage, "first", "remote-old.cpnx", &invitation, &[&host])?;
    let second = join(theatre, stage, "second", "remote-new.cpnx.gz", &invitation, &[&host, &first])?;
    title("A campaign of another MekHQ version is refused");
    stranger(theatre, stage, &invitation)?;
    title("The host's date moves, and everyone sees it");
    advances(stage, &host, "advance 3", &[&first, &second])?;
    title("A campaign behind the host's date follows; none passes it");
    advances(stage, &first, "advance", &[&host, &second])?;
    stage.say(second.actor, "advance 3000")?;
    stage.expect(second.actor, &["The host is at"])?;
    title("Who is there, and how far along");
    roster(stage, &second, &[&host, &first])?;
    title("Money is wired: set aside at once, moved once, booked by each player, and all of it is there");
    wire(stage, &first, &host)?;
    title("One campaign takes its leave, then the host closes the session");
    goodbye(stage, &host, &first, &second)?;
    Ok(8)
}

fn host(theatre: &Theatre, stage: &mut Stage) -> Result<(Player, String)> {
    let save = theatre.save("host.cpnx")?;
    let mut companion = theatre.companion(&["host"]);
    let actor = stage.enter("host", companion.arg(save).args(["--port", "0", "--bind", LOOPBACK]))?;
    let line = stage.expect(actor, &["Hosting ", " at ", " on port "])?;
    let campaign = between(&line, "Hosting ", " at ")?;
    let line = stage.expect(actor, &["mekhq://"])?;
    let (_, invitation) = line.split_once("mekhq://").context("the invitation was just there")?;
    Ok((Player { actor, campaign }, format!("mekhq://{invitation}")))
}

fn join(
    theatre: &Theatre,
    stage: &mut Stage,
    name: &'static str,
    save: &str,
    invitation: &str,
    others: &[&Player],
) -> Result<Player> {
    let mut companion = theatre.companion(&["join"]);
    let actor = stage.enter(name, companion.arg(theatre.save(save)?).arg(invitation))?;
    let line = stage.expect(actor, &[" joined the session of ", &others[0].campaign])?;
    // After the time of day, HH:MM and two spaces.
    let campaign = between(&line, "  ", " at ")?;
    for other in others {
        stage.expect(other.actor, &[&campaign, " joined at "])?;
    }
    Ok(Player { actor, campaign })
}

fn stranger(theatre: &Theatre, stage: &mut Stage, invitation: &str) -> Result<()> {
    let mut companion = theatre.companion(&["join"]);
    let save = theatre.save("stranger.cpnx")?;
    let actor = stage.enter("stranger", companion.arg(&save).arg(invitation))?;
    let [ours, theirs] = [version(&theatre.save("host.cpnx")?)?, version(&save)?];
    stage.expect(actor, &[&ours, &theirs])?;
    stage.expect_exit(actor, REFUSED)
}

fn advances(stage: &mut Stage, who: &Player, command: &str, others: &[&Player]) -> Result<()> {
    stage.say(who.actor, command)?;
    let line = stage.expect(who.actor, &["You are now at "])?;
    let date = between(&line, "You are now at ", ".")?;
    for other in others {
        stage.expect(other.actor, &[&who.campaign, " is now at ", &date])?;
    }
    Ok(())
}

fn roster(stage: &mut Stage, who: &Player, others: &[&Player]) -> Result<()> {
    stage.say(who.actor, "list")?;
    stage.expect(who.actor, &["Campaign", "Date", "Round trip"])?;
    stage.expect(who.actor, &[&others[0].campaign, "(host)"])?;
    stage.expect(who.actor, &[&who.campaign, "(you)"])?;
    for other in &others[1..] {
        stage.expect(who.actor, &[&other.campaign, "yes"])?;
    }
    Ok(())
}

fn wire(stage: &mut Stage, from: &Player, to: &Player) -> Result<()> {
    const AMOUNT: &str = "1,500,000 CSB";
    stage.say(from.actor, &format!("wire {} 1,500,000 for the dropship", to.campaign))?;
    stage.expect(from.actor, &["To be booked in MekHQ: 1 ", "debit", AMOUNT])?;
    let line = stage.expect(to.actor, &[&from.campaign, " asks for wire transfer ", AMOUNT])?;
    let transfer = between(&line, " asks for wire transfer ", ":")?;
    stage.say(to.actor, &format!("accept {transfer}"))?;
    for player in [from, to] {
        stage.expect(player.actor, &["Wire transfer ", &transfer, AMOUNT, "is completed"])?;
    }
    stage.say(from.actor, "done 1")?;
    stage.expect(from.actor, &["Nothing is to be booked in MekHQ."])?;
    stage.say(to.actor, "statement")?;
    stage.expect(to.actor, &["to do", AMOUNT])?;
    stage.say(to.actor, "ledger")?;
    stage.expect(to.actor, &["all", "CSB", "1,500,000"])?;
    stage.expect(to.actor, &["By the ledger, all that was given and adjusted is there."])?;
    Ok(())
}

fn goodbye(stage: &mut Stage, host: &Player, first: &Player, second: &Player) -> Result<()> {
    stage.say(first.actor, "quit")?;
    stage.expect_exit(first.actor, CLEAN)?;
    for other in [host, second] {
        stage.expect(other.actor, &[&first.campaign, " left"])?;
    }
    stage.say(host.actor, "quit")?;
    stage.expect(second.actor, &["The host closed the session"])?;
    stage.expect_exit(second.actor, CLEAN)?;
    stage.expect_exit(host.actor, CLEAN)
}

/// The MekHQ version that a sample save names in its first lines.
fn version(save: &Path) -> Result<String> {
    let text = fs::read_to_string(save).with_context(|| format!("cannot read {}", save.display()))?;
    let campaign = text.split_once("<campaign").context("a sample without <campaign>")?.1;
    between(campaign, "version=\"", "\"")
}

fn between(text: &str, before: &str, after: &str) -> Result<String> {
    let rest = text.split_once(before).map(|(_, rest)| rest);
    let part = rest.and_then(|rest| rest.split_once(after)).map(|(part, _)| part.to_owned());
    part.with_context(|| format!("nothing between {before:?} and {after:?} in {text:?}"))
}

fn title(text: &str) {
    println!("\n--- {text}");
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn names_and_dates_are_cut_out_of_what_companions_say() {
        let line = "14:02  Hosting Harl's Lancers at 3073-01-29 on port 40123.";
        assert_eq!(between(line, "Hosting ", " at ").unwrap(), "Harl's Lancers");
        assert!(between(line, "joined ", " at ").is_err());
    }
}
