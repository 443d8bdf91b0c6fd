// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.SessionStatement;
import mekhq.distributed.settlement.StatementLine;
import mekhq.distributed.settlement.StatementState;
import mekhq.distributed.settlement.StatementTotals;

/** From the messages about statements to the values of the API. */
final class StatementConvert {

    private StatementConvert() {
    }

    static SessionStatement toSession(mekhq.distributed.internal.proto.bridge.SessionStatement wire) {
        return new SessionStatement(wire.getCampaignsList().stream().map(StatementConvert::toCampaign).toList(),
                toTotals(wire.getTotalsList()));
    }

    static CampaignStatement toCampaign(mekhq.distributed.internal.proto.bridge.CampaignStatement wire) {
        return new CampaignStatement(UUID.fromString(wire.getCampaign()), wire.getSettlements(),
                wire.hasApplied() ? OptionalLong.of(wire.getApplied()) : OptionalLong.empty(),
                wire.getExit(), toTotals(wire.getTotalsList()),
                wire.getLinesList().stream().map(StatementConvert::toLine).toList());
    }

    private static List<StatementTotals> toTotals(List<mekhq.distributed.internal.proto.bridge.StatementTotals> wire) {
        return wire.stream().map(sums -> new StatementTotals(sums.getCurrency(), sums.getGiven(), sums.getKept(),
                sums.getAdjusted(), sums.getReceived(), sums.getOnItsWay(), sums.getNotApplied(), sums.getSkipped(),
                sums.getUnsure(), sums.getPromised(), sums.getOwed(), sums.getConserved())).toList();
    }

    private static StatementLine toLine(mekhq.distributed.internal.proto.bridge.StatementLine wire) {
        return new StatementLine(wire.getSettlement(), toOptionalUuid(wire.getRequest()),
                toOptionalUuid(wire.getPartner()), wire.getReason(),
                new Money(wire.getCurrency(), wire.getHundredths()), toState(wire.getState()));
    }

    private static StatementState toState(mekhq.distributed.internal.proto.bridge.StatementState wire) {
        return switch (wire) {
            case STATEMENT_STATE_ON_ITS_WAY -> StatementState.ON_ITS_WAY;
            case STATEMENT_STATE_NOT_APPLIED -> StatementState.NOT_APPLIED;
            case STATEMENT_STATE_SKIPPED -> StatementState.SKIPPED;
            case STATEMENT_STATE_UNSURE -> StatementState.UNSURE;
            default -> StatementState.APPLIED;
        };
    }

    private static Optional<UUID> toOptionalUuid(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(text));
    }
}
