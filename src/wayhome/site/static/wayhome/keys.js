/* Keyboard: filled by the frame. */
