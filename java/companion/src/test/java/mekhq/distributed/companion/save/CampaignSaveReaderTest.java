// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignSaveReaderTest {

    @TempDir
    private Path folder;

    private final CampaignSaveReader reader = new CampaignSaveReader();

    @Test
    void readsTheNewShape() throws SaveException {
        assertThat(read(SaveText.ofNewShape())).isEqualTo(new CampaignSave(UUID.fromString(SaveText.ID),
                "Copper Lancers", LocalDate.of(3025, 4, 8), "Canopus IV", true, Optional.of("0.51.00"),
                List.of()));
    }

    @Test
    void readsTheOldShape() throws SaveException {
        assertThat(read(SaveText.ofOldShape())).isEqualTo(new CampaignSave(UUID.fromString(SaveText.ID),
                "Copper Lancers", LocalDate.of(3048, 8, 19), "Outreach", false, Optional.of("0.46.1"),
                List.of()));
    }

    @Test
    void theFirstOfSeveralLocationsIsTheMainOne() throws SaveException {
        String locations = SaveText.ofNewShape().replaceAll("(?s).*(<locations>.*</locations>).*", "$1");
        String locationsFirst = SaveText.ofNewShape().replace(locations, "").replace("<info>", locations + "<info>");
        assertThat(read(locationsFirst).location()).isEqualTo("Canopus IV");
    }

    @Test
    void aLocationInsideAnEntityIsNotTheCampaigns() throws SaveException {
        String moved = SaveText.ofNewShape().replace("<locations>", "<other>").replace("</locations>",
                "</other><location><currentSystemId>Galatea</currentSystemId></location>");
        assertThat(read(moved).location()).isEqualTo("Galatea");
    }

    @Test
    void gmModeMayComeThousandsOfLinesDown() throws SaveException {
        String filler = "<person><gmMode>false</gmMode></person>\n".repeat(20_000);
        assertThat(read(SaveText.ofNewShape().replace("<gmMode>true", filler + "<gmMode>true")).gmMode()).isTrue();
    }

    @Test
    void aSaveWithoutGmModeIsNotInGmMode() throws SaveException {
        assertThat(read(SaveText.ofNewShape().replace("<gmMode>true</gmMode>", "")).gmMode()).isFalse();
    }

    @Test
    void gzipIsToldByContentAndNotByName() throws SaveException {
        Path plainNamed = SaveText.write(folder, "a.cpnx", SaveText.gzipped(SaveText.ofOldShape()));
        Path gzipNamed = SaveText.write(folder, "b.cpnx.gz", SaveText.ofOldShape());
        assertThat(reader.read(plainNamed)).isEqualTo(reader.read(gzipNamed));
    }

    @Test
    void namesKeepUmlautsEmojiAndEscapedCharacters() throws SaveException {
        String save = SaveText.ofOldShape().replace("Copper Lancers", " Köhler &amp; Söhne &lt;3 🦊 ");
        assertThat(read(save).name()).isEqualTo("Köhler & Söhne <3 🦊");
    }

    @Test
    void theFileNameMayHaveSpacesAndEmoji() throws SaveException {
        String name = "Fuchs 🦊 März.cpnx";
        Charset ofFileNames = Charset.forName(System.getProperty("sun.jnu.encoding"));
        String expressible = ofFileNames.newEncoder().canEncode(name) ? name : "Fox in March.cpnx";
        assertThat(reader.read(SaveText.write(folder, expressible, SaveText.ofOldShape())).name())
                .isEqualTo("Copper Lancers");
    }

    @Test
    void aByteOrderMarkIsPassedOver() throws SaveException {
        assertThat(read("\ufeff" + SaveText.ofOldShape()).name()).isEqualTo("Copper Lancers");
    }

    @Test
    void aTextInSeveralPiecesIsOneText() throws SaveException {
        String name = "L".repeat(90) + "<![CDATA[ & ]]>" + "M".repeat(90);
        assertThat(read(SaveText.ofOldShape().replace("Copper Lancers", name)).name())
                .isEqualTo("L".repeat(90) + " & " + "M".repeat(90));
    }

    @Test
    void whatComesAfterTheLastThingSoughtIsNotLookedAt() throws SaveException {
        String save = SaveText.ofOldShape().replace("</campaign>", "<damaged");
        assertThat(read(save).location()).isEqualTo("Outreach");
    }

    @Test
    void aSaveWithoutVersionSaysSo() throws SaveException {
        assertThat(read(SaveText.ofOldShape().replace(" version=\"0.46.1\">", ">")).mekhqVersion()).isEmpty();
    }

    @Test
    void theSaveIsLeftAsItWas() throws Exception {
        Path save = SaveText.write(folder, "campaign.cpnx", SaveText.ofNewShape());
        Files.setLastModifiedTime(save, FileTime.fromMillis(1_700_000_000_000L));
        reader.read(save);
        assertThat(Files.readString(save, StandardCharsets.UTF_8)).isEqualTo(SaveText.ofNewShape());
        assertThat(Files.getLastModifiedTime(save).toMillis()).isEqualTo(1_700_000_000_000L);
    }

    private CampaignSave read(String content) throws SaveException {
        return reader.read(SaveText.write(folder, "campaign.cpnx", content));
    }
}
