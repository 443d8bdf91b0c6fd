// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Campaigns of several MekHQ players share one session: one runs the {@link mekhq.distributed.HostSession}, the others
 * join it with a {@link mekhq.distributed.RemoteSession}.
 *
 * <p>A session offers one object per capability ({@link mekhq.distributed.Session#roster()},
 * {@link mekhq.distributed.Session#timeline()}, {@link mekhq.distributed.Session#teams()},
 * {@link mekhq.distributed.Session#forces()}, {@link mekhq.distributed.Session#settlements()},
 * {@link mekhq.distributed.Session#transfers()}), each with a listener interface of its own. Listeners run on the
 * executor that was given to the builder, one at a time and in the order of the events. All other methods may be
 * called on any thread; none of them waits for the network, except
 * {@link mekhq.distributed.HostSession.Builder#start()} for the port and {@link mekhq.distributed.Session#close()}
 * for the goodbye.
 *
 * <p>Unless a method says otherwise, arguments and results are never {@code null}, and every call on a session that
 * has been closed throws {@link mekhq.distributed.DistributedMekHQException} with
 * {@link mekhq.distributed.ErrorCode#SESSION_CLOSED}.
 *
 * <p>Text that came from peers comes prepared for display: names, systems, reasons and lines of daily logs hold neither
 * control characters nor markup (see {@link mekhq.distributed.PlainText}), whoever renders them. What a player really
 * wrote stands behind accessors whose names begin with {@code raw}.
 */
package mekhq.distributed;
