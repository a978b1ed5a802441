package io.inkstream.trainer.dataset;

import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.GlyphSample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Names a sample by what it shows, so that the same sample has the same key however often it is imported. */
public final class ContentId {
    private ContentId() {}

    /** Returns the SHA-256 of character and image, 64 lower-case hex digits. */
    public static String of(GlyphSample sample) {
        MessageDigest digest = sha256();
        digest.update(sample.getCharacter().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        ByteBuffer image = sample.getImage().duplicate();
        digest.update(image);
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        return Sha256.digest();
    }
}
