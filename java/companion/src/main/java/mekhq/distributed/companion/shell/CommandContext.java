// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.function.IntConsumer;

/**
 * What commands work on.
 *
 * @param session the open session
 * @param own     this campaign
 * @param screen  where answers are printed
 * @param finish  ends the companion with an exit code
 */
record CommandContext(OpenSession session, OwnCampaign own, Screen screen, IntConsumer finish) {

    boolean isHost() {
        return session.hostedPort().isPresent();
    }
}
