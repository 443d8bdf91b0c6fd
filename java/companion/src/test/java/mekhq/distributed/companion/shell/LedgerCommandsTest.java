// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.Money;
import mekhq.distributed.companion.CompanionException;
import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.SessionStatement;
import mekhq.distributed.settlement.StatementLine;
import mekhq.distributed.settlement.StatementState;
import mekhq.distributed.settlement.StatementTotals;

class LedgerCommandsTest {
    private static final UUID REQUEST = new UUID(7, 1);

    private final Play play = new Play();

    private static StatementTotals sums(long given, long kept, long received, long owed, boolean conserved) {
        return new StatementTotals("CSB", given, kept, 0, received, 0, 0, 0, 0, 0, owed, conserved);
    }

    private static SessionStatement settled(long kept, boolean conserved) {
        StatementLine paid = new StatementLine(1, Optional.of(REQUEST), Optional.of(Campaigns.LANCERS.id()), "",
                Money.cBills(-1_500), StatementState.APPLIED);
        StatementLine mended = new StatementLine(2, Optional.empty(), Optional.empty(), "=lost \u001b[31mgoods",
                Money.cBills(20), StatementState.NOT_APPLIED);
        CampaignStatement ravens = new CampaignStatement(Campaigns.RAVENS.id(), 2, OptionalLong.of(1), 2,
                List.of(sums(150_000, 0, 0, 30_050, false)), List.of(paid, mended));
        CampaignStatement lancers = new CampaignStatement(Campaigns.LANCERS.id(), 1, OptionalLong.empty(), 0,
                List.of(sums(0, 0, 150_000, 0, false)), List.of());
        return new SessionStatement(List.of(lancers, ravens), List.of(sums(150_000, kept, 150_000, 30_050, conserved)));
    }

    private List<String> host(String typed, boolean conserved) throws CompanionException {
        play.host(typed, events -> {
            play.session().know(Campaigns.RAVENS);
            play.session().settle(settled(conserved ? 0 : 100, conserved));
        });
        return play.lines();
    }

    @Test
    void theLedgerShowsEveryCampaignAndWhetherThatIsAll() throws CompanionException {
        assertThat(host("ledger\n", true)).containsSubsequence(
                "Campaign        Currency  Given  Kept  Received  On its way  Not applied  Skipped  Unsure  Adjusted  "
                        + "Set aside  Owes    Applied",
                "Copper Lancers  CSB       0      0     1,500     0           0            0        0       0         "
                        + "0          0       ? of 1",
                "Ravens          CSB       1,500  0     0         0           0            0        0       0         "
                        + "0          300.50  1 of 2",
                "By the ledger, all that was given and adjusted is there.");
    }

    @Test
    void whatIsMissingAndWhatIsThereTwiceIsCalledSo() throws CompanionException {
        assertThat(host("ledger\n", false)).contains(
                "By the ledger, what was given and adjusted is NOT what there is: keep it and tell the developers.",
                "What was kept by skipping is there twice: the campaign that was to get it has it too.");
    }

    @Test
    void oneCampaignsSettlementsAreShownOrWritten(@TempDir Path folder) throws CompanionException, IOException {
        Path file = folder.resolve("ravens.csv");
        assertThat(host("ledger ravens\nledger ravens " + file + "\nledger ravens " + file + "\n", true))
                .containsSubsequence(
                        "No.  Amount      With               State        About",
                        "1    -1,500 CSB  Copper Lancers     applied      " + NamedTransfer.name(REQUEST),
                        "2    20 CSB      host's adjustment  not applied  =lost goods",
                        "Written: " + file + ".")
                .anySatisfy(line -> assertThat(line).contains("must be a new file"));
        assertThat(Files.readAllLines(file)).containsExactly(
                "number,currency,hundredths,request,with,name,state,about",
                "1,CSB,-150000," + REQUEST + "," + Campaigns.LANCERS.id() + ",\"Copper Lancers\",applied,\"\"",
                "2,CSB,2000,,,\"\",not applied,\"'=lost goods\"");
    }

    @Test
    void theLedgerIsCopied() throws CompanionException {
        assertThat(host("backup my copy.ledger\nbackup\n", true))
                .anySatisfy(line -> assertThat(line).endsWith("The ledger was copied to my copy.ledger."))
                .contains("Usage: backup FILE, a file that does not exist yet.");
        assertThat(play.session().sent()).contains("backup my copy.ledger");
    }

    @Test
    void theHostGivesOrTakes() throws CompanionException {
        host("adjust ravens 1,500 lost in the mail\nadjust Copper Lancers -20 booked twice\n", true);
        assertThat(play.session().sent()).contains(
                "adjust " + Campaigns.RAVENS.id() + " -0 +1,500 CSB exit 0 due 3025-01-10: lost in the mail",
                "adjust " + Campaigns.LANCERS.id() + " -20 CSB +0 exit 0 due 3025-01-10: booked twice");
    }

    @Test
    void aRepairIsForSavesThatKnowTheExitAndNeedsOne() throws CompanionException {
        assertThat(host("repair ravens 60 the lost tail\nrepair copper 60 nothing\n", true)).contains(
                "Copper Lancers has not left quarantine in this session: there is nothing to repair.");
        assertThat(play.session().sent()).contains(
                "adjust " + Campaigns.RAVENS.id() + " -0 +60 CSB exit 2 due 3025-01-10: the lost tail");
    }

    @Test
    void withoutAReasonNothingIsAdjusted() throws CompanionException {
        assertThat(host("adjust ravens 60\nadjust ravens 0 nothing\nadjust\n", true).stream()
                .filter(line -> line.startsWith("Usage: adjust CAMPAIGN AMOUNT REASON"))).hasSize(3);
    }

    @Test
    void whatIsPausedIsTriedAgainOrSkipped() throws CompanionException {
        assertThat(host("retry\nskip\n", true)).anySatisfy(line -> assertThat(line).endsWith("Tried again."))
                .anySatisfy(line -> assertThat(line).endsWith("Skipped."));
        assertThat(play.session().sent()).containsSubsequence("retry", "skip");
    }

    @Test
    void aRemoteCampaignHasNoLedger() throws CompanionException {
        play.join("ledger\nbackup x\nadjust Lancers 5 me\n", Play.connected(false));
        assertThat(play.lines()).contains("Only the host has the ledger; \"statement\" shows your own campaign.",
                "Only the host has the ledger.", "Only the host sets right what campaigns have.");
        assertThat(play.session().sent()).noneMatch(sent -> sent.startsWith("backup") || sent.startsWith("adjust"));
    }
}
