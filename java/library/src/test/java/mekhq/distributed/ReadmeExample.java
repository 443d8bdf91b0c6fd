// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import mekhq.distributed.timeline.TimelineListener;

/** The README's example, compiled and run. */
final class ReadmeExample {

    private ReadmeExample() {
    }

    static void run() throws InterruptedException {
        // README begin
        LocalDate today = LocalDate.of(3025, 1, 31);
        CountDownLatch moved = new CountDownLatch(1);
        TimelineListener calendar = new TimelineListener() {
            @Override
            public void onCampaignDateChanged(UUID campaign, LocalDate date) {
                System.out.println(campaign + " is at " + date);
                moved.countDown();
            }
        };
        try (HostSession host = HostSession.builder()
                     .campaign(CampaignDetails.of(UUID.randomUUID(), "Winter Wolves", today, "Outreach", false))
                     .mekhqVersion("0.50.06").port(0).start();
             RemoteSession remote = RemoteSession.builder()
                     .campaign(CampaignDetails.of(UUID.randomUUID(), "Night Ravens", today, "Galatea", false))
                     .mekhqVersion("0.50.06").invitation(host.invitation())
                     .timelineListener(calendar).connect().join()) {
            System.out.println(remote.roster().campaigns());
            host.timeline().sendDateChanged(today.plusDays(1));
            moved.await();
        }
        // README end
    }
}
