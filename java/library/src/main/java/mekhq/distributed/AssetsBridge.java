// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Optional;

import mekhq.distributed.internal.proto.bridge.AssetsAnswer;
import mekhq.distributed.internal.proto.bridge.AssetsCall;
import mekhq.distributed.settlement.CampaignAssets;

import com.google.protobuf.InvalidProtocolBufferException;

/** Hands the native library's calls over to the campaign. Whatever goes wrong there becomes an answer. */
final class AssetsBridge implements AssetsSink {
    private final Optional<CampaignAssets> assets;

    /** Without assets every change is refused; none is asked for then. */
    AssetsBridge(Optional<CampaignAssets> assets) {
        this.assets = assets;
    }

    @Override
    public byte[] call(byte[] assetsCall) {
        return answer(assetsCall).toByteArray();
    }

    private AssetsAnswer answer(byte[] assetsCall) {
        try {
            CampaignAssets campaign = assets.orElseThrow(() -> new IllegalStateException("it was loaded without assets"));
            return answer(campaign, AssetsCall.parseFrom(assetsCall));
        } catch (Throwable e) {
            Log.warning("the campaign did not change", e);
            return AssetsAnswer.newBuilder().setFailed(String.valueOf(e.getMessage() == null ? e : e.getMessage()))
                    .build();
        }
    }

    private static AssetsAnswer answer(CampaignAssets campaign, AssetsCall call)
            throws InvalidProtocolBufferException {
        AssetsAnswer.Builder answer = AssetsAnswer.newBuilder();
        switch (call.getCallCase()) {
            case INSPECT -> answer.setFree(SettlementConvert.toWire(
                    campaign.inspect(SettlementConvert.toBundle(call.getInspect()))));
            case RESERVE -> answer.setInsufficient(!campaign.reserve(SettlementConvert.toHold(call.getReserve())));
            case RELEASE -> campaign.release(SettlementConvert.toHold(call.getRelease()));
            case SETTLE -> campaign.settle(SettlementConvert.toSettlement(call.getSettle()));
            case DELIVER -> campaign.deliver(SettlementConvert.toArrival(call.getDeliver()));
            case CALL_NOT_SET -> throw new IllegalStateException("a call that this version does not know");
        }
        return answer.build();
    }
}
