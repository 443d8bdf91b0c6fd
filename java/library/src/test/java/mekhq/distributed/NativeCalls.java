// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

import mekhq.distributed.internal.proto.bridge.HostOptions;
import mekhq.distributed.internal.proto.bridge.LogLevel;
import mekhq.distributed.internal.proto.bridge.MembershipChanged;
import mekhq.distributed.roster.Membership;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.transfer.Transfer;

/** A correct call of each entry of {@link Native}, by its name. */
final class NativeCalls {

    private static final AssetsSink ASSETS = new AssetsBridge(Optional.empty());

    private NativeCalls() {
    }

    /** Those that concern the session with the given id. */
    static Map<String, LongConsumer> ofASession() {
        Map<String, LongConsumer> calls = new LinkedHashMap<>();
        calls.put("hostPort", Native::hostPort);
        calls.put("fingerprint", Native::fingerprint);
        calls.put("invitation", id -> Native.invitation(id, new byte[0]));
        calls.put("backupLedger", id -> Native.backupLedger(id,
                Campaigns.newDataFolder().resolve("backup").toString().getBytes(StandardCharsets.UTF_8)));
        calls.put("statement", id -> Native.statement(id, new byte[0]));
        calls.put("close", Native::close);
        calls.put("deliverEvents", id -> Native.deliverEvents(id, batch -> { }));
        calls.put("requestResynchronisation", Native::requestResynchronisation);
        calls.put("sessionId", Native::sessionId);
        calls.put("roster", Native::roster);
        calls.put("force", id -> Native.force(id, Events.CAMPAIGN.toString().getBytes(StandardCharsets.UTF_8)));
        calls.put("mayAdvance", id -> Native.mayAdvance(id, Campaigns.START.toEpochDay()));
        calls.put("sendDateChanged", id -> Native.sendDateChanged(id, Campaigns.START.toEpochDay(), false));
        calls.put("sendReadyToAdvance", Native::sendReadyToAdvance);
        calls.put("continueWithoutHost", id -> Native.continueWithoutHost(id, true));
        calls.put("assignTeam",
                id -> Native.assignTeam(id, Events.CAMPAIGN.toString().getBytes(StandardCharsets.UTF_8), 2));
        calls.put("members", Native::members);
        calls.put("changeMembership", id -> Native.changeMembership(id, MembershipChanged.newBuilder()
                .setCampaign(Events.CAMPAIGN.toString()).setChange(MemberConvert.toWire(Membership.BANNED))
                .setReason("x").build().toByteArray()));
        calls.put("setForceVisibility", id -> Native.setForceVisibility(id, 1));
        calls.put("sendDailyLog",
                id -> Native.sendDailyLog(id, TeamConvert.toWire(Campaigns.START, List.of("x")).get(0).toByteArray()));
        calls.put("sendGmModeChanged", id -> Native.sendGmModeChanged(id, true));
        calls.put("sendLocationChanged",
                id -> Native.sendLocationChanged(id, "Terra".getBytes(StandardCharsets.UTF_8), false));
        calls.put("sendToeUpdated",
                id -> Native.sendToeUpdated(id, ForceConvert.toWire(Campaigns.force(1)).toByteArray()));
        calls.putAll(ofBooks());
        return calls;
    }

    private static Map<String, LongConsumer> ofBooks() {
        Map<String, LongConsumer> calls = new LinkedHashMap<>();
        calls.put("forgetBooks", Native::forgetBooks);
        calls.put("attachCampaign", id -> Native.attachCampaign(newCampaign(), id));
        calls.put("requestWireTransfer", id -> Native.requestWireTransfer(newCampaign(), id,
                SettlementConvert.toWire(new Transfer(Events.CAMPAIGN, Events.CAMPAIGN,
                        Campaigns.named("Other").id(), Money.cBills(1), "")).toByteArray(), ASSETS));
        calls.put("respondWireTransfer", id -> Native.respondWireTransfer(newCampaign(), id, uuid(), true, ASSETS));
        calls.put("cancelWireTransfer", id -> Native.cancelWireTransfer(newCampaign(), id, uuid(), ASSETS));
        calls.put("openWireTransfers", id -> Native.openWireTransfers(newCampaign(), id));
        calls.put("retrySettlement", id -> Native.retrySettlement(newCampaign(), id, ASSETS));
        calls.put("skipSettlement", id -> Native.skipSettlement(newCampaign(), id, ASSETS));
        calls.put("exitQuarantine", id -> Native.exitQuarantine(newCampaign(), id, ASSETS));
        calls.put("adjust", id -> Native.adjust(id, SettlementConvert.toWire(new Adjustment(Events.CAMPAIGN,
                Bundle.EMPTY, Bundle.of(Money.cBills(1)), "x", 0, Campaigns.START)).toByteArray()));
        return calls;
    }

    private static long newCampaign() {
        return Native.loadCampaign(uuid(), Campaigns.START.toEpochDay(), new byte[0]);
    }

    /** The others; they disregard the id. */
    static Map<String, LongConsumer> ofTheLibrary() {
        Map<String, LongConsumer> calls = new LinkedHashMap<>();
        calls.put("libraryVersion", id -> Native.libraryVersion());
        calls.put("startHost", id -> Native.startHost(HostOptions.newBuilder()
                .setSession(Campaigns.host("Other").sessionOptions()).setBindAddress("127.0.0.1").build()
                .toByteArray()));
        calls.put("connect", id -> Native.connect(Campaigns.remote("Other", 1).remoteOptions().toByteArray()));
        calls.put("exportKeys", id -> Native.exportKeys(folder(), uuid()));
        calls.put("importKeys", id -> Native.importKeys(folder(), new byte[0], false));
        calls.put("loadCampaign", id -> newCampaign());
        calls.put("unloadCampaign", id -> Native.unloadCampaign(newCampaign()));
        calls.put("heldSessions", id -> Native.heldSessions(newCampaign()));
        calls.put("campaignMemento", id -> Native.campaignMemento(newCampaign()));
        calls.put("campaignMayAdvance", id -> Native.campaignMayAdvance(newCampaign(), Campaigns.START.toEpochDay()));
        calls.put("campaignDay", id -> Native.campaignDay(newCampaign(), Campaigns.START.toEpochDay(), ASSETS));
        calls.put("workBooks", id -> Native.workBooks(newCampaign(), ASSETS));
        calls.put("abandonSession", id -> Native.abandonSession(newCampaign(), uuid(), ASSETS));
        calls.put("deliverLogs", id -> Native.deliverLogs(LogLevel.LOG_LEVEL_ERROR_VALUE, batch -> { }));
        return calls;
    }

    private static byte[] folder() {
        return Campaigns.newDataFolder().toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] uuid() {
        return Events.CAMPAIGN.toString().getBytes(StandardCharsets.UTF_8);
    }
}
