// Lo que dice más de una página.

import type { Sentences } from "../i18n";

export const sharedEs: Sentences = {
  demo: "Demostración. No es para pacientes reales: nada aquí es atención médica.",
  close: "Cerrar",
  cancel: "Cancelar",
  loading: "Cargando",
  soundOn: "Activar el sonido",
  remoteVideo: "La cámara de la otra persona",
  localVideo: "Su propia cámara",
  quality: {
    title: "Conexión",
    good: "Buena",
    fair: "Regular",
    poor: "Mala",
    lost: "Muy mala",
    unknown: "Comprobando",
  },
  signIn: {
    login: "Nombre de usuario",
    password: "Contraseña",
    submit: "Entrar",
    busy: "Entrando",
    demo: "Usuarios de demostración",
  },
  error: {
    title: "Eso no funcionó",
    offline: "No hay conexión con el servidor. Revise su internet. Seguimos intentando.",
    retry: "El servidor está ocupado por un momento. No se perdió nada. Intente de nuevo.",
    starting: "El servidor está arrancando. Intente de nuevo en unos segundos.",
    not_signed_in: "Usted no ha entrado.",
    session_expired: "Su sesión terminó. Empiece de nuevo.",
    sign_in_failed: "El nombre o la contraseña no son correctos.",
    too_many_attempts: "Demasiados intentos. Espere unos minutos e intente de nuevo.",
    rate_limited: "Demasiadas solicitudes a la vez. Espere un momento.",
    forbidden: "No puede hacer esto aquí.",
    not_found: "No se encontró. Puede que ya no exista.",
    page_fault: "Algo falló en esta página. Cárguela otra vez.",
    unreadable_answer: "No se pudo leer la respuesta del servidor. Intente de nuevo.",
    invalid_body: "Revise algunos de los datos.",
    bad_request: "El servidor no entendió esto. Cargue la página otra vez.",
    body_too_large: "Es demasiado largo para enviarlo.",
    stale_revision: "Esto se cambió en otro lugar. Cárguelo otra vez.",
    other: "Algo salió mal. Intente de nuevo.",
    again: "Intentar de nuevo",
  },
};
