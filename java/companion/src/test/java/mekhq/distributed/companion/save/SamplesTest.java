// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** What the demonstration builds on. */
class SamplesTest {

    private final CampaignSaveReader reader = new CampaignSaveReader();

    @Test
    void theHostIsOfTheNewShape() throws SaveException {
        CampaignSave host = sample("host.cpnx");
        assertThat(host.name()).isEqualTo("Iron Harriers");
        assertThat(host.date()).isEqualTo(LocalDate.of(3025, 3, 10));
        assertThat(host.location()).isEqualTo("Outreach");
        assertThat(host.gmMode()).isTrue();
    }

    @Test
    void anOldCalendarFormatIsAmongThem() throws SaveException {
        CampaignSave remote = sample("remote-old.cpnx");
        assertThat(remote.name()).isEqualTo("Nebelkrähen der Südmark");
        assertThat(remote.date()).isEqualTo(LocalDate.of(3025, 3, 8));
    }

    @Test
    void aGzippedOneIsAmongThem() throws SaveException {
        CampaignSave remote = sample("remote-new.cpnx.gz");
        assertThat(remote.name()).isEqualTo("Grüne Füchse 🦊");
        assertThat(remote.date()).isEqualTo(LocalDate.of(3025, 3, 1));
    }

    @Test
    void threeCanPlayTogetherAndTheStrangerCannot() throws SaveException {
        for (String name : new String[] {"host.cpnx", "remote-old.cpnx", "remote-new.cpnx.gz"}) {
            assertThat(sample(name).mekhqVersion()).isEqualTo(Optional.of("0.51.00"));
        }
        assertThat(sample("stranger.cpnx").mekhqVersion()).isEqualTo(Optional.of("0.49.20"));
    }

    @Test
    void allAreDifferentCampaigns() throws SaveException {
        assertThat(Stream.of(sample("host.cpnx"), sample("remote-old.cpnx"), sample("remote-new.cpnx.gz"),
                sample("stranger.cpnx")).map(CampaignSave::id)).doesNotHaveDuplicates();
    }

    private CampaignSave sample(String name) throws SaveException {
        return reader.read(Path.of("samples", name));
    }
}
