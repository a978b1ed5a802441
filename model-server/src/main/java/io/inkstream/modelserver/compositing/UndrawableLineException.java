package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.Limits;

/**
 * A line that can never be drawn, whoever asks and however often; the message says why. This is all that a line is refused
 * for, and who plans lines can foresee each:
 *
 * <ul>
 *   <li>its model is not named {@code name:version}, or has no such style;
 *   <li>it has more than {@link Limits#LINE_GLYPHS} glyphs, word spaces included, or one that is no class of its model;
 *   <li>its index is negative;
 *   <li>its height is not {@link Limits#MIN_LINE_HEIGHT_PX} to {@link Limits#MAX_LINE_HEIGHT_PX};
 *   <li>its width is not {@link LineFormat#LEAST_WIDTH_IN_HEIGHTS} heights to {@link Limits#MAX_LINE_WIDTH_PX};
 *   <li>letters may overlap by less than 0 or more than 1/3;
 *   <li>its variation or the format of its image is unknown;
 *   <li>its answer would have more than {@link Limits#ANSWER_BYTES}, which no PNG within these bounds reaches; an SVG of
 *       thousands of glyphs may.
 * </ul>
 *
 * <p>A line that is too long for its width is none of these: it is drawn closer, then narrower, then pressed together. Every
 * other exception is a fault of the server.
 */
public final class UndrawableLineException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public UndrawableLineException(String reason) {
        super(Limits.cut(reason, Limits.MESSAGE_CHARS));
    }

    public UndrawableLineException(String reason, Throwable cause) {
        super(Limits.cut(reason, Limits.MESSAGE_CHARS), cause);
    }
}
