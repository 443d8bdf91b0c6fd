// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DailyReportTest {

    private static final LocalDate DAY = LocalDate.of(3025, 4, 8);

    @TempDir
    private Path folder;

    @Test
    void theLinesOfTheOneReportOfOldSaves() throws SaveException {
        assertThat(reportIn(report("current", "<b>Friday, April 8, 3025</b>", "one", "one", "two")))
                .containsExactly("one", "one", "two");
    }

    @Test
    void aLineThatSeveralReportsOfNewSavesHaveCountsOnce() throws SaveException {
        assertThat(reportIn(report("current", "<b>Day</b>", "JumpShip recharged") + report("skill", "<b>Day</b>")
                + report("medical", "<b>Day</b>", "Käthe healed", "Käthe healed") + report("finances")
                + report("aggregate", "<b>Day</b>", "JumpShip recharged", "Käthe healed", "Käthe healed",
                        "Wasp repaired")))
                .containsExactly("JumpShip recharged", "Käthe healed", "Käthe healed", "Wasp repaired");
    }

    @Test
    void onlyTheFirstLineCanBeTheHeading() throws SaveException {
        assertThat(reportIn(report("current", "<b>Day</b>", "<b>Victory</b>"))).containsExactly("<b>Victory</b>");
        assertThat(reportIn(report("current", "<b>Day</b>, and more"))).containsExactly("<b>Day</b>, and more");
    }

    @Test
    void aSaveWithoutReportIsNoWorse() throws SaveException {
        assertThat(reportIn("")).isEmpty();
    }

    @Test
    void reportsElsewhereInTheSaveAreOthers() throws SaveException {
        String elsewhere = "<units><unit>" + report("current", "a") + "</unit></units>" + report("current", "b");
        assertThat(read(SaveText.ofNewShape().replace("<locations>", elsewhere + "<locations>")).reportLines())
                .isEmpty();
        assertThat(reportIn("<person>" + report("current", "c") + "</person>")).isEmpty();
    }

    @Test
    void theReportIsReadThoughAllElseWasFoundBefore() throws SaveException {
        String locations = SaveText.ofNewShape().replaceAll("(?s).*(<locations>.*</locations>).*", "$1");
        String save = SaveText.ofNewShape().replace(locations, "")
                .replace("<info>", locations + "<info>").replace("</info>", report("current", "late") + "</info>");
        assertThat(read(save).reportLines()).containsExactly("late");
    }

    @Test
    void aLineThatIsTooLongForADailyLogIsCutBetweenCharacters() throws SaveException {
        List<String> lines = reportIn(report("current", "🦊".repeat(5_000), "x".repeat(20_000)));
        assertThat(lines).containsExactly("🦊".repeat(2_048), "x".repeat(8_192));
        assertThat(lines.get(0).getBytes(StandardCharsets.UTF_8)).hasSize(8_192);
        assertThat(reportIn(report("current", "x" + "🦊".repeat(5_000)))).containsExactly("x" + "🦊".repeat(2_047));
    }

    @Test
    void controlCharactersThatADailyLogDoesNotTakeBecomeBlanks() throws SaveException {
        assertThat(reportIn(report("current", "a\u0085b\u0090c\nd\te"))).singleElement().asString()
                .matches("a\\sb c\nd\te");
    }

    @Test
    void blankLinesAreLeftOutAndLinesWithoutEndAreLimited() throws SaveException {
        String[] lines = new String[5_000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = i % 2 == 0 ? " \n" : "line " + i;
        }
        assertThat(reportIn(report("current", lines))).hasSize(2_048).startsWith("line 1", "line 3");
    }

    @Test
    void onTheSameDayTheLinesThatWereNotThereBeforeAreNews() {
        CampaignSave known = save(DAY, "one", "two", "two");
        assertThat(save(DAY, "one", "two", "two", "two", "three").reportLinesSince(known))
                .containsExactly("two", "three");
        assertThat(known.reportLinesSince(known)).isEmpty();
    }

    @Test
    void onALaterDayAllLinesAreNews() {
        assertThat(save(DAY.plusDays(1), "one").reportLinesSince(save(DAY, "one"))).containsExactly("one");
    }

    @Test
    void theLinesOfAnOlderSaveAreNoNews() {
        assertThat(save(DAY.minusDays(1), "old").reportLinesSince(save(DAY, "one"))).isEmpty();
    }

    private static String report(String subject, String... lines) {
        StringBuilder report = new StringBuilder("<" + subject + "Report>\n");
        for (String line : lines) {
            report.append("<reportLine><![CDATA[").append(line).append("]]></reportLine>\n");
        }
        return report.append("</").append(subject).append("Report>\n").toString();
    }

    private static CampaignSave save(LocalDate date, String... lines) {
        return new CampaignSave(new UUID(0, 1), "Foxes", date, "Galatea", false, Optional.empty(), List.of(lines));
    }

    private List<String> reportIn(String inInfo) throws SaveException {
        return read(SaveText.ofNewShape().replace("</info>", inInfo + "</info>")).reportLines();
    }

    private CampaignSave read(String content) throws SaveException {
        return new CampaignSaveReader().read(SaveText.write(folder, "campaign.cpnx", content));
    }
}
