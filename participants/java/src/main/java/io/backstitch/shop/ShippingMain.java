package io.backstitch.shop;

import io.backstitch.shop.shipping.ShippingService;

/** The shipping service of the sample shop. */
public final class ShippingMain {
  private ShippingMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    Program.run(new ShippingService(), arguments);
  }
}
