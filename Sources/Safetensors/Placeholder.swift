enum SafetensorsPlaceholder {}
