// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/**
 * Everything that crosses into the native library. A session is named by an id, counted from 1 and never used again.
 * Structures cross as protobuf bytes of {@code proto/mekhqonline/bridge.proto}, texts as UTF-8.
 *
 * <p>Every method may be called on any thread, and throws {@link DistributedMekHQException}:
 * {@link ErrorCode#SESSION_CLOSED} when the id names no living session, {@link ErrorCode#INTERNAL} for a fault in the
 * library. {@link NativeLibrary#load()} must have returned before the first call.
 */
final class Native {

    private Native() {
    }

    /** The library's own version. */
    static native String libraryVersion();

    /** Takes {@code bridge.HostOptions}; returns the id of a session whose port is open. */
    static native long startHost(byte[] hostOptions);

    /** Takes {@code bridge.RemoteOptions}; returns the id at once. Connected or ConnectFailed follows as an event. */
    static native long connect(byte[] remoteOptions);

    /** The port that a host is listening on. */
    static native int hostPort(long id);

    /** The fingerprint that a host shows, as text; null when it does not encrypt. */
    static native byte[] fingerprint(long id);

    /** Takes {@code bridge.InvitationOptions}; returns a host's invitation. */
    static native byte[] invitation(long id, byte[] invitationOptions);

    /**
     * Takes the absolute path of a file that does not exist yet; returns when it holds all that is durable of a host's
     * ledger. {@link ErrorCode#FORBIDDEN} on a remote campaign, {@link ErrorCode#LEDGER_UNAVAILABLE} with the reason.
     */
    static native void backupLedger(long id, byte[] file);

    /**
     * Takes the UUID of the campaign whose settlements are to be listed one by one, or nothing for the sums of all; returns
     * {@code bridge.SessionStatement}. {@link ErrorCode#FORBIDDEN} on a remote campaign.
     */
    static native byte[] statement(long id, byte[] campaign);

    /** Says goodbye and closes; returns when the goodbye is said or its time is up. A stale id is no error here. */
    static native void close(long id);

    /** Lends the calling thread for events; returns when the session is closed and its last event was delivered. */
    static native void deliverEvents(long id, EventSink sink);

    /** Asks for one event Resynchronised, in order with the others. */
    static native void requestResynchronisation(long id);

    /** Returns the UUID text of the session, as the memento knows it; null before the host was reached. */
    static native byte[] sessionId(long id);

    /** Returns {@code bridge.RosterState}. */
    static native byte[] roster(long id);

    /** Nobody will ever take what the session's host says about settlements. */
    static native void forgetBooks(long id);

    /**
     * Takes a campaign's UUID text, the date that it stands on as days since 1970-01-01, and the memento of its save;
     * returns an id for the entries that take a campaign, counted from 1 and never used again.
     */
    static native long loadCampaign(byte[] campaignId, long epochDay, byte[] memento);

    /** A stale id is no error here. */
    static native void unloadCampaign(long campaign);

    /** Returns {@code bridge.HeldSessions}. */
    static native byte[] heldSessions(long campaign);

    /** What belongs into the campaign's save. */
    static native String campaignMemento(long campaign);

    /**
     * Takes the date that the campaign would advance from, as days since 1970-01-01, while it is in no session; returns
     * {@code bridge.MayAdvance}.
     */
    static native int campaignMayAdvance(long campaign, long epochDay);

    /** The campaign is in a session. */
    static native void attachCampaign(long campaign, long id);

    /** Takes a date as days since 1970-01-01. As each entry that takes assets, it returns {@code bridge.Turn}. */
    static native byte[] campaignDay(long campaign, long epochDay, AssetsSink assets);

    /** Takes what the hosts of the campaign's sessions have said. */
    static native byte[] workBooks(long campaign, AssetsSink assets);

    /** Takes the session's UUID text. */
    static native byte[] abandonSession(long campaign, byte[] session, AssetsSink assets);

    /** Takes {@code mekhqonline.WireTransferRequest}. */
    static native byte[] requestWireTransfer(long campaign, long id, byte[] transfer, AssetsSink assets);

    /** Takes the request's UUID text. */
    static native byte[] respondWireTransfer(long campaign, long id, byte[] request, boolean accepted,
            AssetsSink assets);

    /** Takes the request's UUID text. */
    static native byte[] cancelWireTransfer(long campaign, long id, byte[] request, AssetsSink assets);

    /** Returns {@code bridge.OpenTransfers}. */
    static native byte[] openWireTransfers(long campaign, long id);

    static native byte[] retrySettlement(long campaign, long id, AssetsSink assets);

    static native byte[] skipSettlement(long campaign, long id, AssetsSink assets);

    static native byte[] exitQuarantine(long campaign, long id, AssetsSink assets);

    /** Takes {@code mekhqonline.Adjustment}; {@link ErrorCode#FORBIDDEN} on a remote campaign. */
    static native void adjust(long id, byte[] adjustment);

    /** Takes UUID text; returns {@code mekhqonline.Force}, or null when that campaign has told none. */
    static native byte[] force(long id, byte[] campaignId);

    /**
     * Takes the date that the own campaign would advance from, as days since 1970-01-01; returns
     * {@code bridge.MayAdvance}. Takes no lock and waits for nothing.
     */
    static native int mayAdvance(long id, long epochDay);

    /** Takes a date as days since 1970-01-01, and whether the days before it were skipped in GM mode. */
    static native void sendDateChanged(long id, long epochDay, boolean jump);

    static native void sendReadyToAdvance(long id);

    /** {@link ErrorCode#FORBIDDEN} on a host. */
    static native void continueWithoutHost(long id, boolean alone);

    /** Takes UUID text; {@link ErrorCode#FORBIDDEN} on a remote campaign. */
    static native void assignTeam(long id, byte[] campaignId, int team);

    /** Takes {@code bridge.ForceVisibility}; {@link ErrorCode#FORBIDDEN} on a remote campaign. */
    static native void setForceVisibility(long id, int visibility);

    /** Returns {@code bridge.Members}; nobody on a remote campaign but who is on its roster. */
    static native byte[] members(long id);

    /** Takes {@code bridge.MembershipChanged}; {@link ErrorCode#FORBIDDEN} on a remote campaign. */
    static native void changeMembership(long id, byte[] membershipChanged);

    /** Takes {@code mekhqonline.DailyLog}, whose id is left out. */
    static native void sendDailyLog(long id, byte[] dailyLog);

    static native void sendGmModeChanged(long id, boolean gmMode);

    static native void sendLocationChanged(long id, byte[] location, boolean gmMovement);

    /** Takes {@code mekhqonline.Force}. */
    static native void sendToeUpdated(long id, byte[] force);

    /** Takes the data folder's absolute path and UUID text; returns the text of the campaign's keys. Reads the disk. */
    static native byte[] exportKeys(byte[] dataFolder, byte[] campaignId);

    /** Takes the data folder's absolute path and a text of keys; returns how many it has. Writes to the disk. */
    static native int importKeys(byte[] dataFolder, byte[] keys, boolean replace);

    /** Lends the calling thread for log records from {@code bridge.LogLevel} up; does not return. */
    static native void deliverLogs(int level, LogSink sink);
}
