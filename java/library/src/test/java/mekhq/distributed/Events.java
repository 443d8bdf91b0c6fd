// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.UUID;

import mekhq.distributed.internal.proto.CampaignDateChanged;
import mekhq.distributed.internal.proto.DailyLog;
import mekhq.distributed.internal.proto.LogEntry;
import mekhq.distributed.internal.proto.Refused;
import mekhq.distributed.internal.proto.bridge.Closed;
import mekhq.distributed.internal.proto.bridge.ConnectFailed;
import mekhq.distributed.internal.proto.bridge.Connected;
import mekhq.distributed.internal.proto.bridge.Disconnected;
import mekhq.distributed.internal.proto.bridge.EndCause;
import mekhq.distributed.internal.proto.bridge.Event;
import mekhq.distributed.internal.proto.bridge.RosterState;

/** Events as the native library sends them. */
final class Events {
    static final UUID CAMPAIGN = UUID.fromString("5c5e3c5c-0c5d-4a35-9f3b-2f7c7f3c9a11");
    static final Event RESYNCHRONISED = Event.newBuilder().setResynchronised(RosterState.getDefaultInstance()).build();
    static final Event CLOSED = Event.newBuilder().setClosed(Closed.getDefaultInstance()).build();

    private Events() {
    }

    /** State: the n-th day after the start. */
    static Event date(int day) {
        return Event.newBuilder()
                .setCampaignDateChanged(CampaignDateChanged.newBuilder()
                        .setId(CAMPAIGN.toString())
                        .setDate(Campaigns.START.plusDays(day).toString()))
                .build();
    }

    static String heardDate(int day) {
        return "date " + CAMPAIGN + " " + Campaigns.START.plusDays(day);
    }

    /** No state. */
    static Event refused(String message) {
        return Event.newBuilder().setRefused(Refused.newBuilder().setRefused(message).setCodeValue(32)).build();
    }

    static Event connected(CampaignDetails host) {
        return Event.newBuilder()
                .setConnected(Connected.newBuilder()
                        .setHostVersion(Campaigns.VERSION)
                        .setRoster(RosterState.newBuilder()
                                .setHost(host.id().toString())
                                .addCampaigns(Convert.toWire(host))))
                .build();
    }

    static Event disconnected() {
        return Event.newBuilder()
                .setDisconnected(Disconnected.newBuilder().setCause(EndCause.END_CAUSE_HOST_CLOSING)
                        .setReconnecting(true))
                .build();
    }

    static Event connectFailed() {
        return Event.newBuilder()
                .setConnectFailed(ConnectFailed.newBuilder().setCodeValue(7).setReason("why"))
                .build();
    }

    /** No state. */
    static Event dailyLog(String line) {
        return Event.newBuilder()
                .setDailyLog(DailyLog.newBuilder().setId(CAMPAIGN.toString()).setDate(Campaigns.START.toString())
                        .addEntries(LogEntry.newBuilder().setEntry(line)))
                .build();
    }
}
