// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.companion.save.CampaignSave;
import mekhq.distributed.companion.save.CampaignSaveReader;
import mekhq.distributed.companion.save.SaveText;
import mekhq.distributed.companion.save.SaveWatch;
import mekhq.distributed.Bundle;
import mekhq.distributed.Money;
import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.Hold;

/** What the session learns when MekHQ writes the save: it begins on 3025-04-08 in Canopus IV, in GM mode. */
class SaveFollowerTest {

    private static final String WHOLE = SaveText.ofNewShape();

    @TempDir
    private Path folder;

    private final Play play = new Play();
    private long writtenMs = 1_700_000_000_000L;
    private Path file;
    private FakeSession session;
    private OwnCampaign own;
    private SaveFollower follower;

    @BeforeEach
    void begin() throws Exception {
        file = folder.resolve("campaign.cpnx");
        write(WHOLE);
        CampaignSave save = new CampaignSaveReader().read(file);
        CampaignDetails details = CampaignDetails.of(save.id(), save.name(), save.date(), save.location(),
                save.gmMode());
        own = new OwnCampaign(details);
        session = new FakeSession(details, OptionalInt.empty(), Runnable::run, null);
        session.knowHost(Campaigns.of(1, "Copper Lancers", "3025-04-10", "Outreach"));
        LogOutbox outbox = new LogOutbox();
        outbox.open(session);
        follower = new SaveFollower(new SaveWatch(file, save),
                new CommandContext(session, own, play.screen(), code -> { }), outbox);
        look();
    }

    @Test
    void aSaveThatSaysNothingNewIsNotAnnounced() throws IOException {
        write(WHOLE + "\n");
        look();
        assertThat(session.sent()).isEmpty();
        assertThat(play.lines()).isEmpty();
    }

    @Test
    void theDateIsAnnounced() throws IOException {
        write(WHOLE.replace("3025-04-08", "3025-04-10"));
        look();
        assertThat(session.sent()).containsExactly("date 3025-04-10");
        assertThat(own.date()).isEqualTo(LocalDate.of(3025, 4, 10));
        assertThat(play.lines()).containsExactly("14:02  Your save: you are now at 3025-04-10.");
    }

    @Test
    void aDatePastTheHostsIsAnnouncedWithAWarning() throws IOException {
        write(WHOLE.replace("3025-04-08", "3025-04-11"));
        look();
        assertThat(session.sent()).containsExactly("date 3025-04-11");
        assertThat(play.lines()).containsExactly("14:02  Your save: you are now at 3025-04-11.",
                "14:02  The host is at 3025-04-10: wait until it has passed your date.");
    }

    @Test
    void aSaveOfBeforeATickMayLackWhatWasTickedOff() throws IOException {
        session.todos().reserve(new Hold(new UUID(1, 2), 0, Bundle.of(Money.cBills(60))));
        session.todos().tick(1);
        write(WHOLE.replace("3025-04-08", "3025-04-01"));
        look();
        assertThat(play.lines()).endsWith(question("3025-04-01"), "1  debit 60 CSB");
    }

    @Test
    void aSaveOfTheSameDayThatWasWrittenBeforeATickIsAskedAboutOnce() throws IOException {
        write(WHOLE);
        look();
        session.todos().deliver(new Arrival(Optional.empty(), Bundle.of(Money.cBills(60)), own.date()));
        session.todos().tick(1);
        look();
        assertThat(play.lines()).as("nothing was written").isEmpty();
        write(WHOLE + "\n");
        look();
        assertThat(play.lines()).containsExactly(question("3025-04-08"), "1  credit 60 CSB");
        look();
        write(WHOLE);
        look();
        write(WHOLE.replace("3025-04-08", "3025-04-09"));
        look();
        assertThat(play.lines()).as("what became of it").hasSize(3);
        writtenMs -= 1_000;
        write(WHOLE);
        look();
        assertThat(play.lines()).as("an older one in its place").endsWith(question("3025-04-08"), "1  credit 60 CSB");
    }

    @Test
    void aSaveThatWasWrittenAfterATickIsNotAskedAbout() throws IOException {
        session.todos().reserve(new Hold(new UUID(1, 2), 0, Bundle.of(Money.cBills(60))));
        session.todos().tick(1);
        writtenMs = System.currentTimeMillis();
        write(WHOLE + "\n");
        look();
        assertThat(play.lines()).isEmpty();
    }

    private static String question(String date) {
        return "14:02  Your save of " + date + " is from before you ticked these off. Type lacks NUMBER for each that "
                + "it lacks:";
    }

    @Test
    void aDateThatWentBackIsAnnounced() throws IOException {
        write(WHOLE.replace("3025-04-08", "3025-04-01"));
        look();
        assertThat(session.sent()).containsExactly("date 3025-04-01");
        assertThat(play.lines()).containsExactly("14:02  Your save went back: you are now at 3025-04-01.");
    }

    @Test
    void whatHasNotChangedInTheSaveLeavesStandingWhatWasTyped() throws IOException {
        own.moveTo(LocalDate.of(3025, 4, 9));
        write(WHOLE.replace("Canopus IV", "Köln"));
        look();
        assertThat(session.sent()).containsExactly("location Köln false");
        assertThat(own.date()).isEqualTo(LocalDate.of(3025, 4, 9));
    }

    @Test
    void whatHasChangedInTheSaveCountsWhateverWasTyped() throws IOException {
        own.moveTo(LocalDate.of(3025, 4, 10));
        write(WHOLE.replace("3025-04-08", "3025-04-09"));
        look();
        assertThat(session.sent()).containsExactly("date 3025-04-09");
    }

    @Test
    void systemAndGmModeAreAnnounced() throws IOException {
        write(WHOLE.replace("Canopus IV", "Köln").replace("<gmMode>true", "<gmMode>false"));
        look();
        assertThat(session.sent()).containsExactly("gm false", "location Köln false");
        assertThat(play.lines()).containsExactly("14:02  Your save: GM mode is off.",
                "14:02  Your save: you are now in Köln.");
    }

    @Test
    void newReportLinesGoToTheTeamWithTheirDay() throws IOException {
        write(withReport(WHOLE, "one"));
        look();
        write(withReport(WHOLE, "one", "two", "three"));
        look();
        write(withReport(WHOLE.replace("3025-04-08", "3025-04-09"), "one"));
        look();
        assertThat(session.sent()).containsExactly("log 3025-04-08 [one]", "log 3025-04-08 [two, three]",
                "date 3025-04-09", "log 3025-04-09 [one]");
        assertThat(play.lines()).contains("14:02  Your save: 1 new report line for your team.",
                "14:02  Your save: 2 new report lines for your team.");
    }

    @Test
    void theSaveOfAnotherCampaignIsRefusedAndTheReturnOfTheOwnIsNot() throws IOException {
        write(WHOLE.replace(SaveText.ID, new UUID(0, 7).toString()).replace("3025-04-08", "3025-04-09")
                .replace("Copper Lancers", "Ravens"));
        look();
        assertThat(session.sent()).isEmpty();
        assertThat(play.lines()).containsExactly("14:02  Your save is another campaign's now, Ravens: it is not "
                + "announced. End here, and begin anew with that save.");
        write(WHOLE.replace("3025-04-08", "3025-04-09"));
        look();
        assertThat(session.sent()).containsExactly("date 3025-04-09");
    }

    @Test
    void aSaveThatStaysUnreadableIsReported() throws IOException {
        write("not XML");
        for (int i = 0; i < 20; i++) {
            look();
        }
        assertThat(play.lines()).containsExactly("14:02  Your save cannot be read: it is not well-formed XML (line 1). "
                + "Nothing is announced until it is written anew.");
    }

    @Test
    void whatTheLibraryRefusesIsSaidAndToldWithTheNextSave() throws IOException {
        session.failWith(FakeSession.failure(ErrorCode.TOO_MANY, "slow down"));
        write(WHOLE.replace("3025-04-08", "3025-04-09"));
        look();
        assertThat(play.lines()).containsExactly("14:02  Not announced: slow down (TOO_MANY)");
        assertThat(own.date()).isEqualTo(LocalDate.of(3025, 4, 8));
        session.failWith(null);
        write(WHOLE.replace("3025-04-08", "3025-04-09"));
        look();
        assertThat(session.sent()).containsExactly("date 3025-04-09");
    }

    private static String withReport(String save, String... lines) {
        List<String> elements = List.of(lines).stream().map(line -> "<reportLine>" + line + "</reportLine>").toList();
        return save.replace("</info>", "<currentReport>" + String.join("", elements) + "</currentReport></info>");
    }

    private void look() {
        follower.look().run();
    }

    private void write(String content) throws IOException {
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(writtenMs++));
    }
}
