// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.integration;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** A campaign's account, as MekHQ has it: no ids, no escrow, any fraction. Used on one thread, as Swing does. */
public final class Finances {
    private final List<String> transactions = new ArrayList<>();
    private BigDecimal balance = BigDecimal.ZERO;

    /** In C-bills. */
    public BigDecimal getBalance() {
        return balance;
    }

    /** Returns false when the balance is short, and changes nothing then. */
    public boolean debit(LocalDate date, BigDecimal amount, String reason) {
        if (balance.compareTo(amount) < 0) {
            return false;
        }
        balance = balance.subtract(amount);
        transactions.add(date + " -" + amount.toPlainString() + " " + reason);
        return true;
    }

    /** Never fails. */
    public void credit(LocalDate date, BigDecimal amount, String reason) {
        balance = balance.add(amount);
        transactions.add(date + " +" + amount.toPlainString() + " " + reason);
    }

    /** What loans and salaries do: they are taken whatever the balance. */
    public void overdraw(BigDecimal amount) {
        balance = balance.subtract(amount);
    }

    public List<String> getTransactions() {
        return List.copyOf(transactions);
    }
}
