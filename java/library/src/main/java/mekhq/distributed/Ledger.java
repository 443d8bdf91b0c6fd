// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.SessionStatement;

/**
 * The durable record of a session, which its host keeps in its data folder. The session lives as long as its ledger:
 * hosting again with the same campaign, on whatever save, goes on with it. May be used on any thread; the futures are
 * completed on a thread of the library's own.
 */
public interface Ledger {

    /**
     * Tells why the ledger cannot be written at the moment.
     *
     * @return the reason, for people; empty when it can
     * @throws DistributedMekHQException {@link ErrorCode#SESSION_CLOSED}
     */
    Optional<String> readOnlyReason();

    /**
     * Copies all that is on the disk of the ledger to a new file, while the session goes on. To restore a backup, put
     * it into the ledger's place while the campaign is not hosted.
     *
     * @param file a file that does not exist yet, in a folder that does
     * @return completed when the copy is on the disk; completed exceptionally with a {@link DistributedMekHQException}:
     *         {@link ErrorCode#LEDGER_UNAVAILABLE} when the file exists or cannot be written,
     *         {@link ErrorCode#SESSION_CLOSED}
     */
    CompletableFuture<Void> backup(Path file);

    /**
     * What moved between all campaigns, and whether that is all there is. What was ordered just before may be missing.
     *
     * @return the statement; completed exceptionally with a {@link DistributedMekHQException}:
     *         {@link ErrorCode#SESSION_CLOSED}
     */
    CompletableFuture<SessionStatement> statement();

    /**
     * What came to a campaign, what went, and what waits, one by one.
     *
     * @param campaign whose statement
     * @return the statement, an empty one for a campaign without settlements; completed exceptionally with a
     *         {@link DistributedMekHQException}: {@link ErrorCode#SESSION_CLOSED}
     */
    CompletableFuture<CampaignStatement> statement(UUID campaign);
}
