// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import mekhq.distributed.companion.save.SaveException.Problem;

class BadSaveTest {

    @TempDir
    private Path folder;

    private final CampaignSaveReader reader = new CampaignSaveReader();

    @Test
    void aMissingFile() {
        assertRefused(folder.resolve("none.cpnx"), Problem.MISSING, "no such file");
    }

    @Test
    void aFolder() {
        assertRefused(folder, Problem.NOT_A_FILE, "folder");
    }

    @Test
    void anEmptyFile() {
        assertRefused(SaveText.write(folder, "a.cpnx", ""), Problem.EMPTY, "being written or damaged");
    }

    @Test
    void blanksOnly() {
        assertRefused(" \n \n", Problem.UNFINISHED, "being written or damaged");
    }

    @Test
    void notXml() {
        assertRefused("Dear diary, today we jumped.", Problem.NOT_XML, "not well-formed XML (line 1)");
    }

    @Test
    void notEvenText() {
        byte[] bytes = new byte[4_096];
        Arrays.fill(bytes, (byte) 0xfe);
        assertRefused(SaveText.write(folder, "a.cpnx", bytes), Problem.NOT_XML, "not well-formed XML");
    }

    @Test
    void notUtf8() {
        byte[] bytes = SaveText.ofOldShape().replace("Copper", "Köhler").getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(SaveText.write(folder, "a.cpnx", bytes), Problem.NOT_XML, "not well-formed XML");
    }

    @Test
    void malformedInTheMiddle() {
        assertRefused(SaveText.ofOldShape().replace("</info>", "</information>"), Problem.NOT_XML, "(line 8)");
    }

    @Test
    void anotherKindOfXml() {
        assertRefused("<roster version=\"0.50.06\"/>", Problem.NOT_A_CAMPAIGN, "not a campaign save");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<?xml vers", "<campaign", "<campaign version=\"0.46.1\">\n", "<name>Copper", "</info>",
            "<currentSystemId>Out"})
    void halfWritten(String lastWritten) {
        String save = SaveText.ofOldShape();
        String half = save.substring(0, save.indexOf(lastWritten.strip()) + lastWritten.strip().length());
        assertRefused(half, Problem.UNFINISHED, "ends early: it is being written or damaged");
    }

    @Test
    void aGzipCutShort() {
        byte[] bytes = SaveText.gzipped(SaveText.ofNewShape());
        assertRefused(SaveText.write(folder, "a.cpnx.gz", Arrays.copyOf(bytes, bytes.length / 2)),
                Problem.UNFINISHED, "ends early");
    }

    @Test
    void aGzipHeaderOnly() {
        assertRefused(SaveText.write(folder, "a.cpnx.gz", new byte[] {0x1f, (byte) 0x8b, 8}),
                Problem.UNFINISHED, "ends early");
    }

    @Test
    void aGzipWithDamagedContent() {
        byte[] bytes = SaveText.gzipped(SaveText.ofNewShape());
        Arrays.fill(bytes, 40, bytes.length - 40, (byte) 0xff);
        assertRefused(SaveText.write(folder, "a.cpnx.gz", bytes), Problem.DAMAGED, "does not decompress");
    }

    @Test
    void aDocumentTypeDefinition() {
        assertRefused("<!DOCTYPE campaign>\n<campaign/>", Problem.DTD, "document type definition");
    }

    @Test
    void anExternalEntityIsNeverResolved() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "TopSecret");
        String save = SaveText.ofOldShape().replace("Copper Lancers", "&leak;").replace("<campaign ",
                "<!DOCTYPE campaign [<!ENTITY leak SYSTEM \"" + secret.toUri() + "\">]>\n<campaign ");
        assertThat(assertRefused(save, Problem.DTD, "document type definition")).doesNotContain("TopSecret");
    }

    @Test
    void anExternalDefinitionIsNeverFetched() {
        assertRefused("<!DOCTYPE campaign SYSTEM \"http://127.0.0.1:9/never.dtd\">\n<campaign/>", Problem.DTD,
                "document type definition");
    }

    @Test
    void entitiesThatMultiply() {
        StringBuilder laughs = new StringBuilder("<!DOCTYPE campaign [<!ENTITY l0 \"ha\">");
        for (int i = 1; i < 20; i++) {
            laughs.append("<!ENTITY l").append(i).append(" \"").append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
        }
        String save = SaveText.ofOldShape().replace("Copper Lancers", "&l19;").replace("<campaign ",
                laughs + "]>\n<campaign ");
        assertRefused(save, Problem.DTD, "document type definition");
    }

    @Test
    void anEntityThatNobodyDefined() {
        assertRefused(SaveText.ofOldShape().replace("Copper Lancers", "&nbsp;"), Problem.NOT_XML,
                "not well-formed XML (line 5)");
    }

    @Test
    void noId() {
        assertRefused(SaveText.ofOldShape().replaceAll("<id>.*</id>", ""), Problem.NO_ID, "very old saves");
    }

    @Test
    void anEmptyId() {
        assertRefused(withId(""), Problem.NO_ID, "no id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42", "1-1-1-1-1", "5d3c2b1a0f9e4d8cb7a6594837261504",
            "5d3c2b1a-0f9e-4d8c-b7a6-59483726150g"})
    void anIdThatIsNoUuid(String id) {
        assertRefused(withId(id), Problem.BAD_ID, id);
    }

    @Test
    void noName() {
        assertRefused(SaveText.ofOldShape().replace("Copper Lancers", "  "), Problem.NO_NAME, "no campaign name");
    }

    @Test
    void aNameThatIsTooLong() {
        assertRefused(SaveText.ofOldShape().replace("Copper Lancers", "🦊".repeat(201)), Problem.BAD_NAME,
                "longer than 200");
    }

    @Test
    void aNameWithControlCharacters() {
        assertRefused(SaveText.ofOldShape().replace("Copper Lancers", "Copper&#10;Lancers"), Problem.BAD_NAME,
                "control characters");
    }

    @Test
    void noDate() {
        assertRefused(SaveText.ofOldShape().replaceAll("<calendar>.*</calendar>", ""), Problem.NO_DATE,
                "no campaign date");
    }

    @ParameterizedTest
    @ValueSource(strings = {"19.08.3048", "3048-02-30", "3048-8-19", "3048-08-19T12:00:00", "3048-08-19 25:00:00",
            "tomorrow", "12025-01-01"})
    void aDateInNoKnownFormat(String calendar) {
        assertRefused(withCalendar(calendar), Problem.BAD_DATE, "no known calendar format: " + calendar);
    }

    @Test
    void aDateBeforeTheYearOne() {
        assertRefused(withCalendar("0000-12-31"), Problem.BAD_DATE, "years 1 to 9999");
    }

    @Test
    void noLocation() {
        assertRefused(SaveText.ofOldShape().replaceAll("<location>.*</location>", ""), Problem.NO_LOCATION,
                "no current system");
    }

    @Test
    void aLocationThatIsTooLong() {
        assertRefused(SaveText.ofOldShape().replace("Outreach", "O".repeat(201)), Problem.BAD_LOCATION,
                "longer than 200");
    }

    @Test
    void gmModeThatIsNeitherTrueNorFalse() {
        assertRefused(SaveText.ofOldShape().replace("<gmMode>false", "<gmMode>maybe"), Problem.BAD_GM_MODE, "maybe");
    }

    @Test
    void aVersionThatIsTooLong() {
        assertRefused(SaveText.ofOldShape().replace("0.46.1", "0".repeat(65)), Problem.BAD_VERSION, "longer than 64");
    }

    private static String withId(String id) {
        return SaveText.ofOldShape().replace(SaveText.ID, id);
    }

    private static String withCalendar(String calendar) {
        return SaveText.ofOldShape().replace("3048-08-19 12:00:00", calendar);
    }

    private void assertRefused(Path file, Problem problem, String message) {
        SaveException refused = catchThrowableOfType(SaveException.class, () -> reader.read(file));
        assertThat(refused).as("read").isNotNull();
        assertThat(refused.problem()).as(refused.getMessage()).isEqualTo(problem);
        assertThat(refused).hasMessageContaining(message);
    }

    private String assertRefused(String content, Problem problem, String message) {
        Path file = SaveText.write(folder, "a.cpnx", content);
        assertRefused(file, problem, message);
        return catchThrowableOfType(SaveException.class, () -> reader.read(file)).getMessage();
    }
}
