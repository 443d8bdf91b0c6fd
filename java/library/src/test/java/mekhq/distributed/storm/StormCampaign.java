// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.storm;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import mekhq.distributed.Bundle;
import mekhq.distributed.CampaignMemento;
import mekhq.distributed.integration.Campaign;
import mekhq.distributed.integration.EventBus;
import mekhq.distributed.integration.SharedFinances;
import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.CampaignAssets;
import mekhq.distributed.settlement.Hold;
import mekhq.distributed.settlement.Settlement;
import mekhq.distributed.transfer.TransferOutcome;

/** A campaign that was loaded from a save, with the adapter for MekHQ's finances. Used on one thread, as Swing does. */
final class StormCampaign implements CampaignAssets {
    static final LocalDate TODAY = LocalDate.of(3025, 1, 31);

    final CampaignMemento memento;
    private final Campaign campaign;
    private final SharedFinances finances;
    private final Map<UUID, Long> outcomes;
    private final Map<UUID, Long> moved;

    StormCampaign(UUID id, String name, StormSave save) {
        campaign = new Campaign(new EventBus(), id, name, TODAY);
        campaign.getFinances().credit(TODAY, BigDecimal.valueOf(save.balance()), "As saved");
        finances = new SharedFinances(campaign);
        outcomes = new HashMap<>(save.outcomes());
        moved = new HashMap<>(save.moved());
        memento = CampaignMemento.load(id, TODAY, save.memento(), this);
    }

    /** As it is now; not in the middle of a turn. */
    StormSave save() {
        return new StormSave(campaign.getFinances().getBalance().longValueExact(), memento.text(), outcomes, moved);
    }

    /** Notes what a transfer moved, and returns that: C-bills, less than 0 where they left. */
    long ended(TransferOutcome outcome) {
        long amount = outcome.amount().orElseThrow().hundredths() / 100;
        long gained = outcome.target().equals(campaign.getId()) ? amount : -amount;
        long units = outcome.accepted() ? gained : 0;
        note(outcomes, "told", outcome.request(), units);
        return units;
    }

    private static void note(Map<UUID, Long> amounts, String what, UUID request, long units) {
        Long before = amounts.put(request, units);
        if (before != null) {
            StormProgram.say("wrong: " + request + " " + what + " twice in one line of saves");
        }
    }

    private static long units(Bundle bundle) {
        return bundle.money().map(money -> money.hundredths() / 100).orElse(0L);
    }

    @Override
    public Bundle inspect(Bundle wanted) {
        return finances.inspect(wanted);
    }

    @Override
    public boolean reserve(Hold hold) {
        return finances.reserve(hold);
    }

    @Override
    public void release(Hold hold) {
        finances.release(hold);
    }

    @Override
    public void settle(Settlement settlement) {
        finances.settle(settlement);
        long units = Stream.concat(settlement.consumed().stream().map(Hold::bundle), Stream.of(settlement.taken()))
                .mapToLong(StormCampaign::units).sum();
        settlement.owed().ifPresent(owed -> StormProgram.say("wrong: a debt"));
        move(settlement.request(), -units);
    }

    @Override
    public void deliver(Arrival arrival) {
        finances.deliver(arrival);
        move(arrival.request(), units(arrival.bundle()));
    }

    private void move(Optional<UUID> request, long units) {
        if (units != 0) {
            note(moved, "moved", request.orElseThrow(), units);
        }
    }
}
