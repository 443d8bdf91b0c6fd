// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.internal.proto.Cursor;
import mekhq.distributed.internal.proto.WireTransferCompleted;
import mekhq.distributed.internal.proto.WireTransferRequest;
import mekhq.distributed.internal.proto.bridge.AssetsCall;
import mekhq.distributed.internal.proto.bridge.HeldSessions;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.HeldSession;
import mekhq.distributed.settlement.Hold;
import mekhq.distributed.settlement.Settlement;
import mekhq.distributed.settlement.Standing;
import mekhq.distributed.transfer.Transfer;
import mekhq.distributed.transfer.TransferOutcome;

/** Between the values of the API and the messages about settlements and transfers. */
final class SettlementConvert {

    private SettlementConvert() {
    }

    static Money toMoney(mekhq.distributed.internal.proto.Money wire) {
        return new Money(wire.getCurrency(), wire.getAmount());
    }

    static mekhq.distributed.internal.proto.Money toWire(Money money) {
        return mekhq.distributed.internal.proto.Money.newBuilder()
                .setCurrency(money.currency()).setAmount(money.hundredths()).build();
    }

    static Bundle toBundle(mekhq.distributed.internal.proto.Bundle wire) {
        return wire.hasMoney() ? Bundle.of(toMoney(wire.getMoney())) : Bundle.EMPTY;
    }

    static mekhq.distributed.internal.proto.Bundle toWire(Bundle bundle) {
        var wire = mekhq.distributed.internal.proto.Bundle.newBuilder();
        bundle.money().ifPresent(money -> wire.setMoney(toWire(money)));
        return wire.build();
    }

    static Standing toStanding(mekhq.distributed.internal.proto.Standing wire) {
        return new Standing(wire.getDebtsList().stream().map(SettlementConvert::toMoney).toList(),
                wire.getSkipsList().stream().map(Cursor::getNumber).toList());
    }

    static Hold toHold(AssetsCall.Hold wire) {
        return new Hold(UUID.fromString(wire.getRequest()), wire.getRevision(), toBundle(wire.getBundle()));
    }

    static Settlement toSettlement(AssetsCall.Settle wire) {
        Optional<Money> owed = wire.hasOwed() ? Optional.of(toMoney(wire.getOwed())) : Optional.empty();
        return new Settlement(toOptionalUuid(wire.getRequest()), toHolds(wire.getReleasedList()),
                toHolds(wire.getConsumedList()), toBundle(wire.getTaken()), owed);
    }

    private static List<Hold> toHolds(List<AssetsCall.Hold> wire) {
        return wire.stream().map(SettlementConvert::toHold).toList();
    }

    static List<HeldSession> toHeldSessions(HeldSessions wire) {
        return wire.getSessionsList().stream().map(session -> new HeldSession(UUID.fromString(session.getSession()),
                LocalDate.parse(session.getHostDate()), toHolds(session.getHoldsList()))).toList();
    }

    static Arrival toArrival(AssetsCall.Deliver wire) {
        return new Arrival(toOptionalUuid(wire.getRequest()), toBundle(wire.getBundle()),
                LocalDate.parse(wire.getDue()));
    }

    static Transfer toTransfer(WireTransferRequest wire) {
        return new Transfer(UUID.fromString(wire.getRequest()), UUID.fromString(wire.getSource()),
                UUID.fromString(wire.getTarget()), toMoney(wire.getAmount()), wire.getMemo());
    }

    static WireTransferRequest toWire(Transfer transfer) {
        return WireTransferRequest.newBuilder()
                .setSource(transfer.source().toString())
                .setTarget(transfer.target().toString())
                .setRequest(transfer.request().toString())
                .setAmount(toWire(transfer.amount()))
                .setMemo(transfer.rawMemo())
                .build();
    }

    static TransferOutcome toOutcome(WireTransferCompleted wire) {
        Optional<Money> amount = wire.hasAmount() ? Optional.of(toMoney(wire.getAmount())) : Optional.empty();
        return new TransferOutcome(UUID.fromString(wire.getRequest()), UUID.fromString(wire.getSource()),
                UUID.fromString(wire.getTarget()), amount, wire.getAccepted(),
                ErrorCode.fromWire(wire.getReasonValue()), TimelineConvert.toDate(wire.getDue()));
    }

    static Adjustment toAdjustment(mekhq.distributed.internal.proto.Adjustment wire) {
        return new Adjustment(UUID.fromString(wire.getCampaign()), toBundle(wire.getOutgoing()),
                toBundle(wire.getIncoming()), wire.getReason(), wire.getExit(), LocalDate.parse(wire.getDue()));
    }

    static mekhq.distributed.internal.proto.Adjustment toWire(Adjustment adjustment) {
        var wire = mekhq.distributed.internal.proto.Adjustment.newBuilder()
                .setCampaign(adjustment.campaign().toString())
                .setReason(adjustment.rawReason())
                .setExit(adjustment.exit())
                .setDue(adjustment.due().toString());
        if (!adjustment.outgoing().isEmpty()) {
            wire.setOutgoing(toWire(adjustment.outgoing()));
        }
        if (!adjustment.incoming().isEmpty()) {
            wire.setIncoming(toWire(adjustment.incoming()));
        }
        return wire.build();
    }

    private static Optional<UUID> toOptionalUuid(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(text));
    }
}
