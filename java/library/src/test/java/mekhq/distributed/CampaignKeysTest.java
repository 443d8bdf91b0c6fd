// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

class CampaignKeysTest {
    private final Path home = Campaigns.newDataFolder();
    private final Path laptop = Campaigns.newDataFolder();
    private final UUID wolf = Campaigns.named("Wolf").id();

    private static void joinAndLeave(HostSession host, Path computer) {
        Campaigns.remote("Wolf", host.port()).dataFolder(computer).connect().join().close();
    }

    @Test
    void aCampaignJoinsFromASecondComputerWithItsExportedKeyOnly() {
        try (HostSession host = Campaigns.host("Host").start()) {
            joinAndLeave(host, home);
            CompletionException refused =
                    catchThrowableOfType(CompletionException.class, () -> joinAndLeave(host, laptop));
            assertThat(((DistributedMekHQException) refused.getCause()).code())
                    .isEqualTo(ErrorCode.IDENTITY_MISMATCH);

            String keys = CampaignKeys.in(home).exportKeys(wolf);
            DistributedMekHQException differs = catchThrowableOfType(DistributedMekHQException.class,
                    () -> CampaignKeys.in(laptop).importKeys(keys, false));
            assertThat(differs.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            assertThat(CampaignKeys.in(laptop).importKeys(keys, true)).isEqualTo(1);
            joinAndLeave(host, laptop);
        }
    }

    @Test
    void aComputerWithoutKeysHasNothingToExport() {
        DistributedMekHQException nothing = catchThrowableOfType(DistributedMekHQException.class,
                () -> CampaignKeys.in(home).exportKeys(wolf));
        assertThat(nothing.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void aDamagedTextIsRefusedAndNothingChanged() {
        try (HostSession host = Campaigns.host("Host").start()) {
            joinAndLeave(host, home);
        }
        String keys = CampaignKeys.in(home).exportKeys(wolf);
        DistributedMekHQException damaged = catchThrowableOfType(DistributedMekHQException.class,
                () -> CampaignKeys.in(laptop).importKeys(keys.substring(5), false));
        assertThat(damaged.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(laptop.resolve("keys")).doesNotExist();
    }
}
