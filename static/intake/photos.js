// Photos are made smaller before they are sent: a phone on a bad line sends 0.3 MB, not 5.
// Without this script, or where it fails, the photo goes as it is and the server does the same.
(() => {
  "use strict";
  const input = document.getElementById("id_photos");
  if (!input || !window.createImageBitmap || !window.DataTransfer) return;
  const LONGEST = 1600;

  const smaller = async (file) => {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    return blob ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
  };

  input.addEventListener("change", async () => {
    const send = input.form.querySelector("button.primary");
    send.disabled = true;
    const files = new DataTransfer();
    for (const file of [...input.files].slice(0, input.dataset.most)) {
      files.items.add(await smaller(file).catch(() => file));
    }
    input.files = files.files;
    send.disabled = false;
  });
})();
